/** Commands without a thread, in the sandbox of the connection's own environment. */
import { resolve } from "node:path/posix";
import { errors } from "@skein/protocol/errors";
import type { ParamsOf } from "@skein/protocol/methods";
import type { SandboxPolicy } from "@skein/timeline/event";
import { mayInTenant } from "../identity/authorise.ts";
import type { Principal } from "../identity/principal.ts";
import { decideSandbox, defaultSandbox, UnsupportedSetting } from "../thread/decide-settings.ts";
import { defaultRoot } from "../workspace/workspaces.ts";
import { commandOf, defaultCapBytes, defaultTimeoutMs, said, sizeOf, write } from "./errand-command.ts";
import { answered } from "./errand-refusal.ts";
import type { ErrandServices } from "./fs.ts";
import type { Handlers, MethodCall } from "./handler.ts";
import { refuse } from "./request-error.ts";

type Methods = "command/exec" | "command/exec/write" | "command/exec/resize" | "command/exec/terminate";

export function commandExecHandlers({ errands }: ErrandServices): Handlers<Methods> {
  const toRunning = <T>({ connection }: MethodCall, id: string, say: (process: RunningProcess) => Promise<T>) => {
    const none = `no command of this connection runs under the processId ${JSON.stringify(id)}`;
    const process = errands.of(connection).processes.find("exec", id);
    if (process === undefined) return refuse(errors.processRefused(none));
    return answered(said(() => say(process), "command", none));
  };
  return {
    "command/exec": (params, call) => exec(errands, params, call),
    "command/exec/write": ({ processId, ...words }, call) =>
      toRunning(call, processId, (process) => write("command/exec/write", process, words)),
    "command/exec/resize": ({ processId, size }, call) => {
      const { columns, rows } = sizeOf("command/exec", size);
      return toRunning(call, processId, async (process) => {
        await process.resize(columns, rows);
        return {};
      });
    },
    "command/exec/terminate": ({ processId }, call) =>
      toRunning(call, processId, async (process) => {
        await process.kill();
        return {};
      }),
  };
}

type RunningProcess = NonNullable<ReturnType<ReturnType<ErrandServices["errands"]["of"]>["processes"]["find"]>>;

async function exec(
  errands: ErrandServices["errands"],
  params: ParamsOf<"command/exec">,
  { connection, principal }: MethodCall,
) {
  const { processId = null, timeoutMs, disableTimeout = false, outputBytesCap, disableOutputCap = false } = params;
  const isTold = params.tty === true || params.streamStdin === true || params.streamStdoutStderr === true;
  if (isTold && processId === null) {
    refuse(
      errors.processRefused(
        "a command with a terminal, or one that is streamed, is named by a processId, and none was given",
      ),
    );
  }
  if (typeof timeoutMs === "number" && disableTimeout) {
    refuse(errors.badCommand("timeoutMs and disableTimeout were both given, and contradict each other"));
  }
  if (typeof outputBytesCap === "number" && disableOutputCap) {
    refuse(errors.badCommand("outputBytesCap and disableOutputCap were both given, and contradict each other"));
  }
  const command = commandOf("command/exec", params, {
    timeoutMs: disableTimeout ? null : (timeoutMs ?? defaultTimeoutMs),
    capBytes: disableOutputCap ? null : (outputBytesCap ?? defaultCapBytes),
    policy: narrowed(params, principal),
  });
  const { processes } = errands.of(connection);
  if (processId !== null && processes.find("exec", processId) !== undefined) {
    refuse(errors.processRefused(`a command runs under the processId ${JSON.stringify(processId)} already`));
  }
  const { exitCode, stdout, stderr } = await answered(
    processes.run("exec", processId, {
      cwd: resolve(defaultRoot, params.cwd ?? ""),
      command,
      started: () => {},
      tell: async (stream, { bytes, capReached }) => {
        const deltaBase64 = Buffer.from(bytes).toString("base64");
        connection.notify("command/exec/outputDelta", { processId, stream, deltaBase64, capReached });
        await connection.untilRoom();
      },
    }),
  );
  return { exitCode, stdout, stderr };
}

/** The agent's own policy unless the caller wants another; wider than that only for who may decide so. */
function narrowed({ sandboxPolicy, permissionProfile }: ParamsOf<"command/exec">, principal: Principal): SandboxPolicy {
  if (sandboxPolicy && permissionProfile) {
    refuse(errors.processRefused("sandboxPolicy and permissionProfile were both given, and only one of them can hold"));
  }
  try {
    // Whether there is a network at all is the tenant's to say when the command begins.
    const usual = defaultSandbox(true);
    const policy = decideSandbox(usual, { sandboxPolicy, permissions: permissionProfile }) ?? usual;
    if (policy.type === "dangerFullAccess" && !mayInTenant(principal, "run")) {
      refuse(errors.forbidden("command/exec with full access is not for your role or this token"));
    }
    return policy;
  } catch (error) {
    if (error instanceof UnsupportedSetting) refuse(errors.unsupported(error.message));
    throw error;
  }
}
