/**
 * The runner's side of the wire. It trusts the environment that started it, and checks one thing: the fence. Requests are
 * begun in the order in which they come; file operations may overlap.
 */
import type { Readable, Writable } from "node:stream";
import { makeDirectory, removeFile } from "../files/change-directory-tree.ts";
import { fileKind } from "../files/file-kind.ts";
import { fileMetadata } from "../files/file-metadata.ts";
import { listDirectory } from "../files/list-directory.ts";
import { readFile } from "../files/read-file.ts";
import { walkDirectory } from "../files/walk-directory.ts";
import { writeFile } from "../files/write-file.ts";
import type { OpenTerminal } from "../process/terminal-program.ts";
import { decideFence } from "../rpc/fence.ts";
import { encodeFrame, FrameDecoder } from "../rpc/frame.ts";
import {
  type OutputStream,
  type RunnerMethod,
  type RunnerMethods,
  type RunnerParams,
  RunnerRefusal,
  type RunnerRequest,
  type RunnerResult,
} from "../rpc/methods.ts";
import type { RunnerReport } from "../rpc/report.ts";
import { countBackground, killBackground } from "./background.ts";
import { Commands } from "./commands.ts";
import { forwardToProxy } from "./proxy-forwarder.ts";
import { RuntimeDirectory } from "./runtime-directory.ts";

export interface RunnerOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Called by the first command that asks for a terminal. null: there are none here, and it gets pipes. */
  readonly loadTerminals: () => OpenTerminal | null;
  /** This runner's id where it shares its pid namespace with others, else null. */
  readonly ownMarker: string | null;
  /** Ends the process. */
  readonly exit: (code: number) => void;
}

interface Answer<M extends RunnerMethod> {
  readonly result: RunnerResult<M>;
  readonly body?: Uint8Array;
}

type Handlers = {
  [M in keyof RunnerMethods]: (params: RunnerParams<M>, body: Uint8Array) => Answer<M> | Promise<Answer<M>>;
};

/** Of `runnerReport`; a message may quote a path of 4096 bytes. */
const maxMessageLength = 4000;

const done = { result: {} } as const;

export function serveRunner(options: RunnerOptions): void {
  const decoder = new FrameDecoder();
  const send = (report: RunnerReport, body?: Uint8Array) => {
    for (const bytes of encodeFrame(report, body)) options.output.write(bytes);
  };
  const runtime = new RuntimeDirectory();
  const end = (code: number) => {
    killBackground(options.ownMarker);
    runtime.remove();
    options.exit(code);
  };
  const handlers = makeHandlers(options, runtime, send, () => end(3));
  let highest = 0;

  const answer = async (request: RunnerRequest, body: Uint8Array): Promise<void> => {
    const { id } = request;
    try {
      const fence = decideFence(highest, request.fence);
      if (!fence.accepted) throw new RunnerRefusal("STALE_FENCE", "another node owns the thread now");
      highest = fence.highest;
      const handle = handlers[request.method] as (params: unknown, body: Uint8Array) => Answer<RunnerMethod>;
      const given = await handle(request.params, body);
      if (id !== null) send({ id, result: given.result }, given.body);
    } catch (error) {
      if (id !== null) send({ id, error: describeError(error) });
    }
  };

  options.input.on("data", (chunk: Uint8Array) => {
    for (const frame of decoder.push(chunk)) void answer(frame.header as RunnerRequest, frame.body);
  });
  // The environment is gone: nobody could read what comes from now on.
  options.input.on("close", () => end(0));
  options.input.on("end", () => end(0));
  options.output.on("error", () => end(0));
}

function makeHandlers(
  options: RunnerOptions,
  runtime: RuntimeDirectory,
  send: (report: RunnerReport, body?: Uint8Array) => void,
  leaseEnded: () => void,
): Handlers {
  let commands: Commands | null = null;
  let lease: NodeJS.Timeout | null = null;
  const running = (): Commands => {
    if (commands === null) throw new RunnerRefusal("EINVAL", "the runner is not initialized");
    return commands;
  };
  return {
    initialize(params) {
      const runtimeDirectory = params.runtimeDirectory ?? runtime.make();
      if (params.hasProxy) forwardToProxy();
      commands = new Commands({ ...options, ...params, runtimeDirectory, reports: makeReports(send) });
      return done;
    },
    "lease/renew"({ validForMs }) {
      if (lease !== null) clearTimeout(lease);
      lease = setTimeout(leaseEnded, validForMs);
      return done;
    },
    "environment/info": () => ({ result: { processes: countBackground(options.ownMarker) } }),
    "process/start"(params) {
      running().start(params);
      return done;
    },
    async "process/write"({ processId }, body) {
      await running().get(processId).write(body);
      return done;
    },
    "process/closeStdin"({ processId }) {
      running().find(processId)?.closeStdin();
      return done;
    },
    "process/resize"({ processId, columns, rows }) {
      running().get(processId).resize(columns, rows);
      return done;
    },
    "process/interrupt"({ processId }) {
      running().find(processId)?.interrupt();
      return done;
    },
    "process/kill"({ processId }) {
      running().find(processId)?.kill();
      return done;
    },
    "process/acknowledge"({ processId, bytes }) {
      running().find(processId)?.acknowledge(bytes);
      return done;
    },
    ...fileHandlers,
  };
}

const fileHandlers = {
  async "fs/readFile"({ path, maxBytes }: RunnerParams<"fs/readFile">) {
    const bytes = await readFile(path, maxBytes);
    return bytes === null ? { result: { found: false } } : { result: { found: true }, body: bytes };
  },
  async "fs/writeFile"({ path, parents }: RunnerParams<"fs/writeFile">, body: Uint8Array) {
    await writeFile(path, body, parents);
    return done;
  },
  async "fs/kind"({ path }: RunnerParams<"fs/kind">) {
    return { result: { kind: await fileKind(path) } };
  },
  async "fs/metadata"({ path }: RunnerParams<"fs/metadata">) {
    return { result: await fileMetadata(path) };
  },
  async "fs/list"({ path, maxEntries }: RunnerParams<"fs/list">) {
    return { result: await listDirectory(path, maxEntries) };
  },
  async "fs/walk"({ path, maxEntries }: RunnerParams<"fs/walk">) {
    return { result: await walkDirectory(path, maxEntries) };
  },
  async "fs/makeDirectory"({ path, recursive }: RunnerParams<"fs/makeDirectory">) {
    await makeDirectory(path, recursive);
    return done;
  },
  async "fs/remove"({ path }: RunnerParams<"fs/remove">) {
    await removeFile(path);
    return done;
  },
};

function makeReports(send: (report: RunnerReport, body?: Uint8Array) => void) {
  return {
    output: (processId: string, seq: number, chunk: Uint8Array, stream: OutputStream) =>
      send({ method: "process/output", params: { processId, seq, ...(stream === "stderr" ? { stream } : {}) } }, chunk),
    exited: (processId: string, seq: number, exitCode: number | null, signal: string | null) =>
      send({ method: "process/exited", params: { processId, seq, exitCode, signal } }),
  };
}

function describeError(error: unknown): { code: string; message: string } {
  const { code, message } = error as NodeJS.ErrnoException;
  return { code: code ?? "INTERNAL", message: String(message).slice(0, maxMessageLength) };
}
