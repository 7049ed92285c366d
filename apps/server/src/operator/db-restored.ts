import { adoptIncarnation, markRestored } from "../database/incarnation.ts";
import type { OperatorCommand } from "./command.ts";
import { refuseBesideOwnServer, refuseBesideServers } from "./running-servers.ts";

export const dbRestored: OperatorCommand = {
  name: "db restored",
  usage: "[--adopt]",
  summary:
    "after a restore: makes every client load its threads anew and every server of before powerless; with --adopt, for the further nodes",
  options: { adopt: { type: "boolean" } },
  words: 0,
  run: async ({ options, database, output }) => {
    const { owner, dataDirectory } = database;
    if (options.adopt === true) {
      // Others may be running: they are the ones to follow.
      refuseBesideOwnServer(database);
      output.say(`This node follows the database ${await adoptIncarnation(owner, dataDirectory)}.`);
      return 0;
    }
    await refuseBesideServers(database);
    const incarnation = await markRestored(owner, dataDirectory);
    const [row] = await owner<[{ threads: bigint }]>`select count(*) as threads from threads`;
    output.say(`The database is now ${incarnation}; the fences of its ${row.threads} threads were raised.`);
    return 0;
  },
};
