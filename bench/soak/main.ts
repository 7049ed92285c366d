/**
 * A soak in trouble: threads with a turn running at nearly all times, clients that all follow all of them over connections
 * that break, nodes that die. At the end every client's timeline is compared with the fold of the log.
 *
 * Exit code 0: no difference. 1: there are differences, which are printed, or something was stuck.
 */
import { setTimeout as delay } from "node:timers/promises";
import { Chaos } from "./chaos.ts";
import { Crowd } from "./crowd.ts";
import { judge } from "./judge.ts";
import { help, readOptions, type SoakOptions } from "./options.ts";
import { Prompter } from "./prompter.ts";
import { Random } from "./random.ts";
import { openWorld, type World } from "./world.ts";

const maxShownDifferences = 20;
const workspaceWrite = { sandbox: "workspace-write", approvalPolicy: "never" } as const;

try {
  const options = readOptions(process.argv.slice(2));
  const world = await openWorld(options.nodes);
  try {
    process.exitCode = await soak(options, world);
  } finally {
    await world.stop();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`\n${help}`);
  process.exitCode = 1;
}
process.exit();

async function soak(options: SoakOptions, world: World): Promise<number> {
  const { minutes, nodes, threads, clients, seed } = options;
  console.log(`${minutes} min, ${nodes} nodes, ${threads} threads, ${clients} clients, seed ${seed}`);
  const random = new Random(seed);
  // A workspace lives with one node; with several, what is shown here is that threads move, and that needs none.
  const hasWorkspaces = nodes === 1;
  let isOver = false;
  const crowd = await Crowd.gather(world, random, () => isOver);
  const threadIds = await startThreads(crowd, threads, hasWorkspaces);
  for (let count = 0; count < clients; count += 1) crowd.add(threadIds);
  const prompters = threadIds.map((_, index) => new Prompter(index, crowd, random, hasWorkspaces));
  const chaos = new Chaos(world, random);
  const accepted = () => prompters.flatMap((prompter) => prompter.accepted);
  const report = setInterval(() => {
    console.log(`${accepted().length} turns, ${crowd.cuts} cuts, ${countsOf(chaos)}`);
  }, 60_000);
  const trouble = chaos.run(() => isOver);
  const turns = Promise.all(prompters.map((prompter) => prompter.run(() => isOver)));
  await Promise.race([delay(minutes * 60_000), turns, trouble]);
  isOver = true;
  await trouble;
  await turns;
  clearInterval(report);
  const verdict = await judge(world, crowd, accepted());
  const ends = Object.entries(verdict.turns).map(([status, count]) => `${count} ${status}`);
  console.log(
    `${accepted().length} turns accepted (${ends.join(", ")}), ${verdict.events} events in the logs, ` +
      `${crowd.connections} connections, ${crowd.cuts} of them cut or silenced, ${countsOf(chaos)}; ` +
      `${verdict.commands} commands with a trace; ${threads * clients} timelines compared; differences: ${verdict.differences.length}`,
  );
  for (const difference of verdict.differences.slice(0, maxShownDifferences)) console.log(`  ${difference}`);
  await crowd.disperse();
  return verdict.differences.length === 0 ? 0 : 1;
}

async function startThreads(crowd: Crowd, count: number, hasWorkspaces: boolean): Promise<readonly string[]> {
  const client = crowd.newClient();
  const ids: string[] = [];
  for (let started = 0; started < count; started += 1) {
    const asked = { clientThreadId: crypto.randomUUID(), ...(hasWorkspaces ? workspaceWrite : { environments: [] }) };
    const { thread } = await client.request("thread/start", asked);
    ids.push(thread.id);
  }
  client.close();
  return ids;
}

function countsOf(chaos: Chaos): string {
  return [...chaos.counts].map(([trouble, count]) => `${trouble} ${count}`).join(", ") || "no trouble";
}
