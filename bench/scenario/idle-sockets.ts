/** Ten thousand sockets that say hello and nothing more: how fast they come, and what each keeps. */
import { Crowd } from "../client/crowd.ts";
import { type Bench, measureCost, type Scenario } from "./scenario.ts";

const sockets = 10_000;
/** So that the code is compiled and the heap has its working size. */
const before = 2_000;
const processes = 4;

export const idleSockets: Scenario = {
  name: "idle-sockets",
  title: `${sockets} idle sockets, opened from ${processes} processes`,
  onlyReplay: true,
  async measure(bench) {
    const [early, crowd] = [new Crowd(2), new Crowd(processes)];
    try {
      await early.open(bench.server, before);
      await early.greet();
      const beforeKiB = await settledKiB(bench);
      const opening = await measureCost(bench, () => crowd.open(bench.server, sockets));
      const greeting = await measureCost(bench, () => crowd.greet());
      const afterKiB = await settledKiB(bench);
      return [
        { name: "per socket", value: (afterKiB - beforeKiB) / sockets, unit: "KiB" },
        { name: "opened per second", value: sockets / opening.wall, unit: "sockets/s" },
        { name: "CPU to open one, server", value: (opening.serverCpu * 1e6) / sockets, unit: "µs" },
        { name: "CPU of a hello, server", value: (greeting.serverCpu * 1e6) / sockets, unit: "µs" },
      ];
    } finally {
      early.end();
      crowd.end();
    }
  },
};

async function settledKiB({ server }: Bench): Promise<number> {
  await server.settle();
  return (await server.cost()).serverKiB;
}
