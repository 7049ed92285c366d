/** Processes without a thread, past the agent's sandbox policy and in the same sandbox all the same. */
import { errors } from "@skein/protocol/errors";
import type { ParamsOf } from "@skein/protocol/methods";
import type { ErrandEnd } from "../errand/errand-command.ts";
import type { ErrandProcess } from "../errand/errand-process.ts";
import { commandOf, defaultCapBytes, defaultTimeoutMs, said, sizeOf, write } from "./errand-command.ts";
import { absolute, answered } from "./errand-refusal.ts";
import type { ErrandServices } from "./fs.ts";
import type { Handlers, MethodCall } from "./handler.ts";
import { refuse } from "./request-error.ts";

type Methods = "process/spawn" | "process/writeStdin" | "process/resizePty" | "process/kill";

export function processHandlers({ errands }: ErrandServices): Handlers<Methods> {
  const toRunning = <T>({ connection }: MethodCall, handle: string, say: (process: ErrandProcess) => Promise<T>) => {
    const none = `no process of this connection runs under the processHandle ${JSON.stringify(handle)}`;
    const process = errands.of(connection).processes.find("spawn", handle);
    if (process === undefined) return refuse(errors.processRefused(none));
    return answered(said(() => say(process), "process", none));
  };
  return {
    "process/spawn": (params, call) => spawn(errands, params, call),
    "process/writeStdin": ({ processHandle, ...words }, call) =>
      toRunning(call, processHandle, (process) => write("process/writeStdin", process, words)),
    "process/resizePty": ({ processHandle, size }, call) => {
      const { columns, rows } = sizeOf("process", size);
      return toRunning(call, processHandle, async (process) => {
        await process.resize(columns, rows);
        return {};
      });
    },
    "process/kill": ({ processHandle }, call) =>
      toRunning(call, processHandle, async (process) => {
        await process.kill();
        return {};
      }),
  };
}

/** What it says comes after the answer. */
async function spawn(
  errands: ErrandServices["errands"],
  params: ParamsOf<"process/spawn">,
  { connection, afterwards }: MethodCall,
): Promise<Record<string, never>> {
  const { processHandle, timeoutMs, outputBytesCap } = params;
  const command = commandOf("process/spawn", params, {
    timeoutMs: timeoutMs === undefined ? defaultTimeoutMs : timeoutMs,
    capBytes: outputBytesCap === undefined ? defaultCapBytes : outputBytesCap,
    policy: { type: "dangerFullAccess" },
  });
  const cwd = absolute("cwd", params.cwd);
  if (processHandle === "") refuse(errors.processRefused("the processHandle is empty"));
  const { processes } = errands.of(connection);
  if (processes.find("spawn", processHandle) !== undefined) {
    refuse(errors.processRefused(`a process runs under the processHandle ${JSON.stringify(processHandle)} already`));
  }
  const begun = Promise.withResolvers<void>();
  const isAnswered = Promise.withResolvers<void>();
  const running = processes.run("spawn", processHandle, {
    ...{ cwd, command },
    started: () => begun.resolve(),
    tell: async (stream, { bytes, capReached }) => {
      await isAnswered.promise;
      const deltaBase64 = Buffer.from(bytes).toString("base64");
      connection.notify("process/outputDelta", { processHandle, stream, deltaBase64, capReached });
      await connection.untilRoom();
    },
  });
  running.catch((error: unknown) => begun.reject(error));
  await answered(begun.promise);
  afterwards(() => {
    isAnswered.resolve();
    // Not waited for: the request is done.
    void running.then(
      (end) => connection.notify("process/exited", presentExit(processHandle, end)),
      () => {},
    );
  });
  return {};
}

function presentExit(processHandle: string, end: ErrandEnd) {
  return { processHandle, ...end, outputDrainTimedOut: false };
}
