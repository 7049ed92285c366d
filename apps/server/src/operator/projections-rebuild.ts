import { rebuildProjection } from "../log/rebuild-projection.ts";
import type { OperatorCommand } from "./command.ts";
import { findThreads } from "./find-threads.ts";

export const projectionsRebuild: OperatorCommand = {
  name: "projections rebuild",
  usage: "[--thread ID]",
  summary: "writes turns, items, search and what lists show anew from the logs; safe while servers run",
  options: { thread: { type: "string" } },
  words: 0,
  run: async ({ options, database, output }) => {
    let [threads, turns, items] = [0, 0, 0];
    for await (const { tenantId, threadId } of findThreads(database.owner, options.thread)) {
      const rebuilt = await database.withTenant(tenantId, (sql) => rebuildProjection(sql, threadId));
      if (rebuilt === null) continue;
      threads += 1;
      turns += rebuilt.turns;
      items += rebuilt.items;
    }
    output.say(`${threads} threads rebuilt: ${turns} turns, ${items} items.`);
    return 0;
  },
};
