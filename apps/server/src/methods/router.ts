/**
 * From a request to its handler: the method is looked up, the params are parsed once, the handler runs, and whatever it
 * throws becomes an entry of the error catalogue. Requests about the same thread on one connection run in the order in
 * which they came; all others run side by side.
 */
import { describeInvalid } from "@skein/protocol/describe-invalid";
import { type ErrorObject, errors, type ProtocolError, toErrorObject } from "@skein/protocol/errors";
import type { Frame } from "@skein/protocol/json-rpc";
import type { Method } from "@skein/protocol/method";
import { isMethodName, type MethodName, methods } from "@skein/protocol/methods";
import { parseThreadId } from "@skein/protocol/thread-id";
import { unansweredMethods } from "@skein/protocol/unanswered-methods";
import { UnknownEventVersion } from "@skein/timeline/upcast";
import { JSONRPCServer } from "json-rpc-2.0";
import { DatabaseUnavailable } from "../database/availability.ts";
import { findDatabaseFailure, type UnavailableReason } from "../database/database-failure.ts";
import { describeUnavailable } from "../database/describe-unavailable.ts";
import type { Principal } from "../identity/principal.ts";
import { type Admitted, admit, type FindAccess } from "./admit.ts";
import type { ClientConnection } from "./client-connection.ts";
import { Effects } from "./effects.ts";
import { findUnstorable } from "./find-unstorable.ts";
import type { Handlers, MethodCall } from "./handler.ts";
import { isRepeatable, needsOwner } from "./owner/owner-methods.ts";
import type { Owners } from "./owner/owners.ts";
import { ForwardedError, RequestError, refuse } from "./request-error.ts";
import { errorForViewers } from "./viewer/error-for-viewers.ts";
import type { ViewerHandlers } from "./viewer/viewer-handlers.ts";

type Request = Extract<Frame, { kind: "request" }>;

export interface CallScope {
  readonly connection: ClientConnection;
  readonly effects: Effects;
}

/** How long an answer may wait for the database is not the handler's to decide. */
export type Bounded = <T>(work: T | Promise<T>) => Promise<T>;

export interface RouterLog {
  error(details: object, message: string): void;
}

const methodNames = Object.keys(methods);
const tooNew = "this thread was written to by a newer version of Skein; update this server";

export class Router {
  readonly #server: JSONRPCServer<CallScope>;
  readonly #handlers: Handlers;
  readonly #viewerHandlers: ViewerHandlers;
  readonly #owners: Owners;
  readonly #findAccess: FindAccess;
  readonly #log: RouterLog;
  readonly #bounded: Bounded;
  /** Per connection, the last request of each thread that has not been answered yet. */
  readonly #lastOfThread = new WeakMap<ClientConnection, Map<string, Promise<unknown>>>();

  constructor(
    handlers: Handlers,
    viewerHandlers: ViewerHandlers,
    owners: Owners,
    findAccess: FindAccess,
    log: RouterLog,
    bounded: Bounded = async (work) => work,
  ) {
    this.#handlers = handlers;
    this.#viewerHandlers = viewerHandlers;
    this.#owners = owners;
    this.#findAccess = findAccess;
    this.#log = log;
    this.#bounded = bounded;
    // The library's own listener writes to the console; every error passes through `#describe` instead.
    this.#server = new JSONRPCServer<CallScope>({ errorListener: () => {} });
    this.#server.mapErrorToJSONRPCErrorResponse = (id, error) => ({ jsonrpc: "2.0", id, error: this.describe(error) });
    for (const name of methodNames as MethodName[]) {
      this.#server.addMethod(name, (params: unknown, scope) => this.#carryOut(name, params, scope));
    }
  }

  /** Answers the request and then runs what it caused; never rejects. */
  async route(request: Request, connection: ClientConnection): Promise<void> {
    const { caused } = await this.#answerInOrder(request, connection);
    await caused;
  }

  async #answerInOrder(request: Request, connection: ClientConnection): Promise<{ caused: Promise<void> }> {
    const threadId = threadIdOf(request.params);
    if (threadId === null) return this.#answer(request, connection);
    const threads = this.#lastOfThread.get(connection) ?? new Map<string, Promise<unknown>>();
    this.#lastOfThread.set(connection, threads);
    const answered = (threads.get(threadId) ?? Promise.resolve()).then(() => this.#answer(request, connection));
    threads.set(threadId, answered);
    await answered;
    if (threads.get(threadId) === answered) threads.delete(threadId);
    return answered;
  }

  /** `caused`: resolves when all that the request caused is done; it has begun when the answer is out. */
  async #answer({ id, method, params }: Request, connection: ClientConnection): Promise<{ caused: Promise<void> }> {
    const effects = this.effects();
    const response = isMethodName(method)
      ? await this.#server.receive({ jsonrpc: "2.0", id, method, params }, { connection, effects })
      : { error: toErrorObject(refusalOf(method)) };
    const sent = connection.respond(
      response?.error ? { error: presentError(response.error, connection), id } : { id, result: response?.result },
    );
    // Effects send what has to come after the answer. A client that keeps up is not made to wait for a promise.
    if (sent !== null) await sent;
    // Also for a client that has left: what it asked for is done, and others wait for what that causes.
    return { caused: effects.run() };
  }

  /** Carries a request out on this node. Rejects with what `describe` turns into an error. */
  async perform(name: string, params: unknown, scope: CallScope): Promise<unknown> {
    if (!isMethodName(name)) return refuse(refusalOf(name));
    this.#handlersFor(name, scope);
    const parsed = parse(name, params, scope.connection);
    return this.#run(name, parsed, await this.#admit(name, params, scope.connection.principal), scope);
  }

  /** For one request. */
  effects(): Effects {
    return new Effects((err) => this.#log.error({ err }, "an effect of a request failed after its answer was sent"));
  }

  describe(error: unknown): ErrorObject {
    if (error instanceof RequestError) return toErrorObject(error.protocolError);
    if (error instanceof ForwardedError) return error.errorObject;
    if (error instanceof UnknownEventVersion) return toErrorObject(errors.unsupported(tooNew));
    const unavailable = reasonUnavailable(error);
    if (unavailable !== null) {
      return toErrorObject(errors.databaseUnavailable(unavailable, describeUnavailable(unavailable)));
    }
    const reference = crypto.randomUUID().slice(0, 8);
    this.#log.error({ err: error, reference }, "a request failed");
    return toErrorObject(errors.internal(reference));
  }

  async #carryOut(name: MethodName, params: unknown, scope: CallScope): Promise<unknown> {
    const { principal: caller, client, origin } = scope.connection;
    this.#handlersFor(name, scope);
    const parsed = parse(name, params, scope.connection);
    // Whoever pipelines must find the greeting carried out, so nothing waits that need not.
    const admission = this.#admit(name, params, caller);
    const admitted = admission instanceof Promise ? await admission : admission;
    const { principal } = admitted;
    const here = () => this.#run(name, parsed, admitted, scope);
    const thread = needsOwner(name) ? parseThreadId(threadIdOf(params) ?? "") : null;
    if (thread === null || !thread.ok) return here();
    return this.#owners.run({
      caller: { principal, client, origin },
      thread: { tenantId: principal.tenantId, threadId: thread.threadId },
      ask: { type: "method", method: name, params },
      repeatable: isRepeatable(name, params),
      here,
    });
  }

  #admit(name: MethodName, params: unknown, principal: Principal): Admitted | Promise<Admitted> {
    const admitted = admit(this.#findAccess, name, threadIdOf(params), principal);
    return admitted instanceof Promise ? this.#bounded(admitted) : admitted;
  }

  /** The one place that tells viewers from members. What is not named for viewers is not for them. */
  #handlersFor(name: MethodName, { connection }: CallScope): Readonly<Record<string, unknown>> {
    if (!isViewer(connection)) return this.#handlers;
    if (!Object.hasOwn(this.#viewerHandlers, name))
      refuse(errors.forbidden(`${name} is not for viewers of a shared thread`));
    return this.#viewerHandlers;
  }

  #run(name: MethodName, params: unknown, admitted: Admitted, scope: CallScope): unknown {
    const { connection, effects } = scope;
    const handler = this.#handlersFor(name, scope)[name] as (params: unknown, call: MethodCall) => unknown;
    return this.#bounded(handler(params, { connection, ...admitted, afterwards: (effect) => effects.add(effect) }));
  }
}

/** The params as the handler takes them. */
function parse(name: MethodName, params: unknown, connection: ClientConnection): unknown {
  const method: Method = methods[name];
  checkCaller(name, method, params, connection);
  const parsed = method.params.safeParse(params);
  if (!parsed.success) return refuse(errors.invalidParams(describeInvalid(parsed.error.issues, params)));
  const field = findUnstorable(parsed.data);
  if (field !== null) refuse(errors.invalidParams(`Invalid request: text that cannot be kept, in \`${field}\``));
  return parsed.data;
}

function presentError(error: ErrorObject, connection: ClientConnection): ErrorObject {
  return isViewer(connection) ? errorForViewers(error) : error;
}

function isViewer({ principal }: ClientConnection): boolean {
  return principal.via.type === "shareLink";
}

/** null: the error is none of the database's. */
function reasonUnavailable(error: unknown): UnavailableReason | null {
  if (error instanceof DatabaseUnavailable) return error.reason;
  const failure = findDatabaseFailure(error instanceof Error && error.cause !== undefined ? error.cause : error);
  return failure?.type === "unavailable" || failure?.type === "fatal" ? failure.reason : null;
}

function refusalOf(method: string): ProtocolError {
  return unansweredMethods.has(method) ? errors.unsupported(method) : errors.unknownMethod(method, methodNames);
}

function checkCaller(name: MethodName, method: Method, params: unknown, connection: ClientConnection): void {
  const { client } = connection;
  if (client === null && method.beforeInitialize !== true) refuse(errors.notInitialized());
  if (client !== null && method.beforeInitialize === true) refuse(errors.alreadyInitialized());
  if (client === null || client.experimentalApi) return;
  if (method.experimental === true) refuse(errors.experimentalRequired(name));
  const field = method.experimentalFields?.find((candidate) => isGiven(params, candidate));
  if (field !== undefined) refuse(errors.experimentalRequired(`${name}.${field}`));
}

function isGiven(params: unknown, field: string): boolean {
  if (typeof params !== "object" || params === null) return false;
  const value = (params as Record<string, unknown>)[field];
  return value !== undefined && value !== null;
}

function threadIdOf(params: unknown): string | null {
  if (typeof params !== "object" || params === null) return null;
  const { threadId } = params as { threadId?: unknown };
  return typeof threadId === "string" ? threadId : null;
}
