/**
 * The environment of one thread on this machine. Nothing runs until the first command or write; then each
 * distinct policy gets a sandbox of its own, which ends when it has been idle for a while and nothing is left in it.
 */
import {
  type CommandSpec,
  EnvironmentFailure,
  type EnvironmentInfo,
  FileFailure,
  type FileKind,
  type ProcessExit,
} from "@skein/core/ports";
import type { EgressProxy } from "../egress/egress-proxy.ts";
import { deriveProxyEnvironment } from "../egress/proxy-environment.ts";
import type { HostEnvironment } from "../host/runner-host.ts";
import { type CommandEnd, explainEnd, presentBreach, presentFull } from "../resources/present-limit.ts";
import type { ResourceGroup } from "../resources/resource-groups.ts";
import { maxBodyBytes } from "../rpc/frame.ts";
import type { RunnerResult } from "../rpc/methods.ts";
import { deriveSandboxIntent, type SandboxIntent } from "../sandbox/sandbox-intent.ts";
import type { SandboxPolicy } from "../sandbox/sandbox-policy.ts";
import { treeProgram } from "../tree/tree-task.ts";
import { componentsInside, type WorkspaceDirectory } from "../workspace/workspace.ts";
import { deriveCommandEnvironment } from "./command-environment.ts";
import { lookDirectly, readDirectly } from "./direct-read.ts";
import { LimitWatch } from "./limit-watch.ts";
import type { ProcessWords, RemoteProcess } from "./remote-process.ts";
import type { RunnerPlace } from "./runner-place.ts";
import { SandboxSession } from "./sandbox-session.ts";

interface LiveSandbox {
  readonly session: SandboxSession;
  readonly intent: SandboxIntent;
  /** Its way out; null: it has none. */
  readonly proxy: EgressProxy | null;
  readonly watch: LimitWatch;
  idleTimer: NodeJS.Timeout | null;
  /** The sentences about the policy are said once. */
  introduced: boolean;
}

const readOnly: SandboxPolicy = { type: "readOnly", networkAccess: false };

export class LocalEnvironment implements HostEnvironment {
  readonly info: EnvironmentInfo;
  readonly workspace: WorkspaceDirectory;
  readonly fence: number;
  readonly #place: RunnerPlace;
  readonly #givenWorkspace: WorkspaceDirectory;
  readonly #sandboxes = new Map<string, LiveSandbox>();
  /** Ended sandboxes that are not gone yet. */
  readonly #ending = new Set<Promise<void>>();
  /** Of the sandboxes that began since the last time that all had gone, or had to. */
  #watch: LimitWatch | null = null;
  #leaseEnd: number | null = null;
  /** Why everything was ended while no command was there to be told. */
  #untold: string | null = null;
  /** Why it was closed; null while it is open. */
  #closed: string | null = null;

  constructor(place: RunnerPlace, workspace: WorkspaceDirectory, fence: number) {
    this.#place = place;
    this.workspace = workspaceAt(place, workspace);
    this.#givenWorkspace = workspace;
    this.fence = fence;
    this.info = { root: this.workspace.sandboxPath, shell: place.shell, isolation: place.isolation };
  }

  /** Live sandboxes, for status and for tests. */
  get sandboxes(): number {
    return this.#sandboxes.size;
  }

  async start(spec: CommandSpec): Promise<RemoteProcess> {
    const live = this.#sandboxFor(spec.policy, spec.network !== undefined);
    const { processId, tty, streams = null } = spec;
    const argv = spec.argv[0] === treeProgram ? [...this.#place.treeCommand, ...spec.argv.slice(1)] : spec.argv;
    const cwd = this.#locate(spec.cwd);
    if (spec.network !== undefined) live.proxy?.admit(processId, spec.network);
    const proxied = live.proxy === null ? {} : deriveProxyEnvironment(processId);
    const env = deriveCommandEnvironment(
      { ...proxied, ...spec.env },
      {
        ...this.#place.account(this.workspace),
        shell: this.#place.shell,
        searchPath: this.#place.searchPath,
        policy: spec.policy,
      },
    );
    for (const name of spec.withoutEnv ?? []) delete env[name];
    const { watch } = live;
    const before = watch.memoryKills();
    const words: ProcessWords = {
      ...(streams === null ? {} : { stream: "stderr" }),
      notice: this.#introduce(live, spec.policy),
      explain: (exit: ProcessExit, tail: string) => this.#explain({ ...exit, tail, memoryKills: before }, watch),
    };
    const process = await live.session
      .start({ processId, argv, cwd, env, tty, streams }, words)
      .catch((error: unknown) => this.#judgeStart(error, watch));
    process.exit.catch(() => {}).finally(() => this.#restartIdleTimer(live));
    return process;
  }

  async readFile(givenPath: string, maxBytes: number): Promise<Uint8Array | null> {
    const path = this.#locate(givenPath);
    const direct = readDirectly(this.workspace, path, maxBytes);
    if (direct.type === "file") return direct.bytes;
    if (direct.type === "missing") return null;
    const bounded = Math.min(maxBytes, maxBodyBytes);
    const { result, body } = await this.#reader().request("fs/readFile", { path, maxBytes: bounded });
    return result.found ? body : null;
  }

  async fileKind(givenPath: string): Promise<FileKind | null> {
    const path = this.#locate(givenPath);
    const direct = lookDirectly(this.workspace, path);
    if (direct.type === "kind") return direct.kind;
    return (await this.#reader().request("fs/kind", { path })).result.kind;
  }

  async writeFile(path: string, bytes: Uint8Array, policy: SandboxPolicy, parents = true): Promise<void> {
    if (bytes.length > maxBodyBytes) {
      throw new FileFailure("EFBIG", `cannot write ${path}: ${bytes.length} bytes are more than ${maxBodyBytes}`);
    }
    await this.#writer(path, policy).request("fs/writeFile", { path: this.#locate(path), parents }, bytes);
  }

  async removeFile(path: string, policy: SandboxPolicy): Promise<void> {
    await this.#writer(path, policy).request("fs/remove", { path: this.#locate(path) });
  }

  async makeDirectory(path: string, policy: SandboxPolicy, recursive: boolean): Promise<void> {
    await this.#writer(path, policy).request("fs/makeDirectory", { path: this.#locate(path), recursive });
  }

  async metadata(path: string): Promise<RunnerResult<"fs/metadata">> {
    return (await this.#reader().request("fs/metadata", { path: this.#locate(path) })).result;
  }

  async listDirectory(path: string, maxEntries: number): Promise<RunnerResult<"fs/list">> {
    return (await this.#reader().request("fs/list", { path: this.#locate(path), maxEntries })).result;
  }

  /** Files below `path`, relative to it, `.git` left out. */
  async walkDirectory(path: string, maxEntries: number): Promise<RunnerResult<"fs/walk">> {
    return (await this.#reader().request("fs/walk", { path: this.#locate(path), maxEntries })).result;
  }

  /** From the first call on, sandboxes end by themselves when no further call comes in time. */
  renewLease(validForMs: number): void {
    this.#leaseEnd = performance.now() + validForMs;
    for (const { session } of this.#sandboxes.values()) session.renewLease(validForMs);
  }

  /** Ends all that runs; resolves when nothing is left. The environment is of no use afterwards. */
  async close(reason = "the thread's environment was closed"): Promise<void> {
    this.#closed ??= reason;
    for (const live of this.#sandboxes.values()) this.#end(live, reason);
    await Promise.all(this.#ending);
  }

  /** `network`: for a command that may ask for connections. */
  #sandboxFor(policy: SandboxPolicy, network: boolean): LiveSandbox {
    if (this.#closed !== null) throw new EnvironmentFailure(this.#closed);
    if (this.#leaseEnd !== null && performance.now() > this.#leaseEnd) {
      throw new EnvironmentFailure("the node that owned the thread has not kept its lease");
    }
    const intent = deriveSandboxIntent(policy, this.workspace, network && this.#place.openProxy !== null);
    const live = this.#sandboxes.get(intent.key) ?? this.#open(intent);
    // The newest is the last, and the one that reads.
    this.#sandboxes.delete(intent.key);
    this.#sandboxes.set(intent.key, live);
    this.#restartIdleTimer(live);
    return live;
  }

  #open(intent: SandboxIntent): LiveSandbox {
    const place = this.#place;
    const proxy = intent.network ? (place.openProxy?.(this.workspace) ?? null) : null;
    this.#watch ??= this.#openWatch();
    const watch = this.#watch;
    const session = this.#launch(intent, { proxy, watch }, () => this.#forget(live));
    const live: LiveSandbox = { session, intent, proxy, watch, idleTimer: null, introduced: false };
    this.#sandboxes.set(intent.key, live);
    if (this.#leaseEnd !== null) session.renewLease(Math.max(0, this.#leaseEnd - performance.now()));
    return live;
  }

  #openWatch(): LimitWatch {
    const { workspaceLimits } = this.#place;
    const watch: LimitWatch = new LimitWatch({
      group: this.#openGroup(),
      directory: this.workspace.hostPath,
      limits: workspaceLimits,
      isBusy: () => this.#running > 0,
      breached: (breach) => this.#stopAll(presentBreach(breach)),
      ended: () => {
        if (this.#watch === watch) this.#watch = null;
      },
    });
    return watch;
  }

  #openGroup(): ResourceGroup {
    try {
      return this.#place.groups.open(this.workspace.tenantId, this.workspace.id);
    } catch (error) {
      throw new EnvironmentFailure(`commands could not be limited: ${error instanceof Error ? error.message : error}`);
    }
  }

  #launch(
    intent: SandboxIntent,
    { proxy, watch }: Pick<LiveSandbox, "proxy" | "watch">,
    ended: () => void,
  ): SandboxSession {
    const place = this.#place;
    const proxySocket = proxy?.socketPath ?? null;
    const release = () => {
      proxy?.close();
      watch.end();
    };
    watch.begin();
    try {
      return new SandboxSession({
        launch: () => place.launch(this.workspace, intent, { proxySocket, admit: (pid) => watch.admit(pid) }),
        runtimeDirectory: place.runtimeDirectory,
        hasProxy: proxy !== null,
        limits: place.limits,
        fence: () => this.fence,
        ended: () => {
          release();
          ended();
        },
      });
    } catch (error) {
      release();
      throw error;
    }
  }

  get #running(): number {
    return [...this.#sandboxes.values()].reduce((sum, { session }) => sum + session.running, 0);
  }

  /** Where nothing can be started, no command could end what is in the way either. */
  #judgeStart(error: unknown, watch: LimitWatch): never {
    if (!(error instanceof EnvironmentFailure) || this.#watch !== watch || !watch.isFull()) throw error;
    const reason = presentFull(this.#place.shown.processes);
    this.#stopAll(reason);
    this.#untold = null;
    throw new EnvironmentFailure(`the command could not be started: ${reason}`);
  }

  /** A limit was reached by all of them together. What starts next starts anew. */
  #stopAll(reason: string): void {
    if (this.#running === 0) this.#untold = reason;
    this.#watch = null;
    for (const live of this.#sandboxes.values()) this.#follow(live, live.session.abort(reason));
  }

  /** `end.memoryKills`: those before it began. */
  #explain(end: CommandEnd, watch: LimitWatch): string | null {
    const { count, own } = watch.memoryKills();
    const memoryKills = { count: count - end.memoryKills.count, own: own - end.memoryKills.own };
    const explanation = explainEnd({ ...end, memoryKills }, this.#place.shown);
    return explanation === null ? null : `\n[skein: ${explanation}]\n`;
  }

  /** For reads without a policy: the sandbox in use, whose temporary files are those meant, or a read-only one. */
  #reader(): SandboxSession {
    const newest = [...this.#sandboxes.values()].at(-1);
    if (newest === undefined) return this.#sandboxFor(readOnly, false).session;
    this.#restartIdleTimer(newest);
    return newest.session;
  }

  #writer(path: string, policy: SandboxPolicy): SandboxSession {
    if (policy.type === "readOnly") throw new FileFailure("EROFS", `cannot change ${path}: the policy is read-only`);
    // Where commands of this policy run already, whose temporary files it shares.
    const { key } = deriveSandboxIntent(policy, this.workspace, true);
    return this.#sandboxFor(policy, this.#sandboxes.has(key)).session;
  }

  #introduce(live: LiveSandbox, policy: SandboxPolicy): string | null {
    const sentences = live.introduced ? [] : [...live.intent.notices];
    live.introduced = true;
    if (this.#untold !== null) sentences.push(`before this command, ${this.#untold}`);
    this.#untold = null;
    if (policy.type === "dangerFullAccess" && this.#sandboxes.size > 1) {
      sentences.push("this command runs in a sandbox of its own and shares neither loopback nor /tmp with the others");
    }
    return sentences.length === 0 ? null : sentences.map((sentence) => `[skein: ${sentence}]\n`).join("");
  }

  /** A thread keeps its paths when it comes to a machine without sandboxes: `/workspaces/<name>` means the directory. */
  #locate(path: string): string {
    if (this.info.isolation !== "none") return path;
    const components = componentsInside(this.#givenWorkspace, path);
    return components === null ? path : [this.workspace.hostPath, ...components].join("/");
  }

  #restartIdleTimer(live: LiveSandbox): void {
    if (live.idleTimer !== null) clearTimeout(live.idleTimer);
    if (this.#sandboxes.get(live.intent.key) !== live) return;
    live.idleTimer = setTimeout(() => void this.#endIfEmpty(live), this.#place.idleMs);
    live.idleTimer.unref();
  }

  async #endIfEmpty(live: LiveSandbox): Promise<void> {
    if (live.session.running === 0) {
      const idle = live.idleTimer;
      const answer = await live.session.request("environment/info", {}).catch(() => null);
      const unchanged = live.idleTimer === idle && live.session.running === 0;
      if (answer?.result.processes === 0 && unchanged) return this.#end(live, "it was idle");
    }
    this.#restartIdleTimer(live);
  }

  #end(live: LiveSandbox, reason: string): void {
    this.#follow(live, live.session.close(reason));
  }

  #follow(live: LiveSandbox, end: Promise<void>): void {
    this.#forget(live);
    const ending = end.finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #forget(live: LiveSandbox): void {
    if (live.idleTimer !== null) clearTimeout(live.idleTimer);
    if (this.#sandboxes.get(live.intent.key) === live) this.#sandboxes.delete(live.intent.key);
  }
}

/** Without a sandbox a directory has no other name than its own. */
function workspaceAt(place: RunnerPlace, workspace: WorkspaceDirectory): WorkspaceDirectory {
  return place.isolation === "none" ? { ...workspace, sandboxPath: workspace.hostPath } : workspace;
}
