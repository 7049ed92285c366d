/**
 * A node's session with this runner: what it asks for is done here, whichever connection it comes over. When the session
 * ends, so do the commands that it started: nobody could hear of them.
 */
import { EnvironmentFailure, FileFailure } from "@skein/core/ports";
import type { LocalEnvironment } from "../environment/local-environment.ts";
import type { LocalHost } from "../host/local-host.ts";
import type { WorkspacePaths } from "../host/runner-host.ts";
import { Link } from "../link/link.ts";
import type { Frame } from "../rpc/frame.ts";
import {
  type HostError,
  type HostMethod,
  type HostParams,
  type HostReport,
  type HostResult,
  hostParams,
  hostRequest,
} from "../rpc/host-methods.ts";
import { WorkspaceRefused } from "../workspace/open-directory.ts";
import { NetworkQuestions } from "./network-questions.ts";
import { ProcessRelay } from "./process-relay.ts";

export interface SessionOptions {
  readonly host: LocalHost;
  readonly maxKeptBytes: number;
  /** Called once, by whatever way the session ends. */
  ended(): void;
  /** A fault of this program, not of what was asked. */
  report(problem: string, error: unknown): void;
}

type Answer<M extends HostMethod> = { readonly result: HostResult<M>; readonly body?: Uint8Array };
type Handlers = { readonly [M in HostMethod]: (params: HostParams<M>, body: Uint8Array) => Promise<Answer<M>> };

const done = { result: {} } as const;

export class ServedSession {
  readonly link: Link;
  readonly #options: SessionOptions;
  readonly #handlers: Handlers;
  readonly #relays = new Map<number, ProcessRelay>();
  readonly #questions = new NetworkQuestions((report) => this.#say(report));
  #hasEnded = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#handlers = { ...this.#ofWorkspaces(), ...this.#ofProcesses(), ...this.#ofFiles() };
    this.link = new Link({
      maxKeptBytes: options.maxKeptBytes,
      received: (frame) => this.#receive(frame),
      broken: () => this.#end(),
    });
  }

  #receive({ header, body }: Frame): void {
    const { id, method, params } = hostRequest.parse(header);
    const checked = hostParams[method].parse(params);
    const handle = this.#handlers[method] as (params: unknown, body: Uint8Array) => Promise<Answer<HostMethod>>;
    handle(checked, body)
      .then(({ result, body: bytes }) => {
        if (id !== null) this.#say({ id, result }, bytes);
      })
      // Also for a result that is too large to be said.
      .catch((error: unknown) => {
        const described = describe(error);
        if (described.kind === "internal") this.#options.report(`${method} failed`, error);
        if (id !== null) this.#say({ id, error: described });
      });
  }

  #say(report: HostReport, body?: Uint8Array): void {
    this.link.send(report, body);
  }

  #ofWorkspaces() {
    const { host } = this.#options;
    return {
      "workspace/create": async ({ tenant, name }) => ({ result: pathsOf(await host.createDirectory(tenant, name)) }),
      "workspace/remove": async ({ tenant, name }) => {
        await host.removeDirectory(tenant, name);
        return done;
      },
      "workspace/open": async ({ tenant, path, within }) => ({
        result: pathsOf(await host.openDirectory(tenant, path, within)),
      }),
      "environment/open": async (opening) => ({ result: (await host.openEnvironment(opening)).info }),
      "environment/close": async ({ threadId, fence }) => {
        await host.closeEnvironment(threadId, fence);
        return done;
      },
      "lease/renew": async ({ threadId, fence, validForMs }) => {
        host.renewLease(threadId, fence, validForMs);
        return done;
      },
    } satisfies Partial<Handlers>;
  }

  #ofProcesses() {
    return {
      "process/start": async ({ process: number, command: { network, ...command }, ...owner }) => {
        const gated = network === true ? { ...command, network: this.#questions.gateOf(number) } : command;
        const process = await this.#environment(owner).start(gated);
        if (this.#hasEnded) void process.kill().catch(() => {});
        else this.#follow(number, process);
        return done;
      },
      "process/write": async ({ process }, body) => {
        const relay = this.#relays.get(process);
        if (relay === undefined) throw new EnvironmentFailure("the process has ended");
        await relay.process.write(body);
        return done;
      },
      "process/closeStdin": async ({ process }) => {
        await this.#relays.get(process)?.process.closeStdin();
        return done;
      },
      "process/resize": async ({ process, columns, rows }) => {
        await this.#relays.get(process)?.process.resize(columns, rows);
        return done;
      },
      "process/interrupt": async ({ process }) => {
        await this.#relays.get(process)?.process.interrupt();
        return done;
      },
      "process/kill": async ({ process }) => {
        await this.#relays.get(process)?.process.kill();
        return done;
      },
      "process/acknowledge": async ({ process, bytes }) => {
        this.#relays.get(process)?.acknowledge(bytes);
        return done;
      },
      "network/decide": async ({ ask, verdict }) => {
        this.#questions.answer(ask, verdict);
        return done;
      },
    } satisfies Partial<Handlers>;
  }

  #ofFiles() {
    return {
      "fs/readFile": async ({ path, maxBytes, ...owner }) => {
        const bytes = await this.#environment(owner).readFile(path, maxBytes);
        return bytes === null ? { result: { found: false } } : { result: { found: true }, body: bytes };
      },
      "fs/writeFile": async ({ path, policy, parents, ...owner }, body) => {
        await this.#environment(owner).writeFile(path, body, policy, parents);
        return done;
      },
      "fs/remove": async ({ path, policy, ...owner }) => {
        await this.#environment(owner).removeFile(path, policy);
        return done;
      },
      "fs/makeDirectory": async ({ path, policy, recursive, ...owner }) => {
        await this.#environment(owner).makeDirectory(path, policy, recursive);
        return done;
      },
      "fs/kind": async ({ path, ...owner }) => ({ result: { kind: await this.#environment(owner).fileKind(path) } }),
      "fs/metadata": async ({ path, ...owner }) => ({ result: await this.#environment(owner).metadata(path) }),
      "fs/list": async ({ path, maxEntries, ...owner }) => {
        const { entries, truncated } = await this.#environment(owner).listDirectory(path, maxEntries);
        return { result: { entries: [...entries], truncated } };
      },
      "fs/walk": async ({ path, maxEntries, ...owner }) => {
        const { files, truncated } = await this.#environment(owner).walkDirectory(path, maxEntries);
        return { result: { files: [...files], truncated } };
      },
    } satisfies Partial<Handlers>;
  }

  #environment({ threadId, fence }: { threadId: string; fence: number }): LocalEnvironment {
    const environment = this.#options.host.environment(threadId, fence);
    if (environment !== null) return environment;
    throw new EnvironmentFailure("another node owns the thread now, or its environment was closed");
  }

  #follow(number: number, process: Awaited<ReturnType<LocalEnvironment["start"]>>): void {
    const relay = new ProcessRelay(number, process, (report, body) => this.#say(report, body));
    this.#relays.set(number, relay);
    relay
      .run()
      .catch((error: unknown) => this.#options.report("a command's output could not be passed on", error))
      .finally(() => this.#relays.delete(number));
  }

  #end(): void {
    this.#hasEnded = true;
    this.#questions.end();
    for (const relay of this.#relays.values()) {
      void relay.process.kill().catch(() => {});
      relay.abandon();
    }
    this.#options.ended();
  }
}

function pathsOf({ hostPath, sandboxPath }: WorkspacePaths): WorkspacePaths {
  return { hostPath, sandboxPath };
}

function describe(error: unknown): HostError {
  if (error instanceof FileFailure) return { kind: "file", code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof EnvironmentFailure) return { kind: "environment", code: "", message };
  if (error instanceof WorkspaceRefused) return { kind: "workspace", code: "", message };
  return { kind: "internal", code: "", message };
}
