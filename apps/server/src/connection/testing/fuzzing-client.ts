/** Sends messages of any kind and keeps account: how often each id has to be answered, and how often it was. */
import { once } from "node:events";
import { isMethodName, methods } from "@skein/protocol/methods";
import { WebSocket } from "ws";
import { idPlace } from "./arbitrary-message.ts";

/** An id as JSON, `null` for what has none; or nothing: no answer is due. */
type Due = { readonly id: string; readonly method: unknown } | null;

/** Far beyond what anything takes, on a machine whose cores a dozen others want too. */
const failureWaitMs = 600_000;

export class FuzzingClient {
  /** What is wrong with what came. */
  readonly complaints: string[] = [];
  /** Everything that came, until `forget`. */
  received = "";
  readonly #socket: WebSocket;
  readonly #due = new Map<string, number>();
  /** Several, where messages came to share an id. */
  readonly #methods = new Map<string, unknown[]>();
  #open = 0;
  #ids = 0;
  #settled = () => {};

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => this.#receive(data.toString()));
    socket.on("close", (code, reason) => {
      this.complaints.push(`closed with ${code} ${reason}`);
      this.#settled();
    });
  }

  static async open(url: string, secret: string): Promise<FuzzingClient> {
    const headers = { authorization: `Bearer ${secret}` };
    const socket = new WebSocket(url.replace(/^http/, "ws"), { headers });
    await once(socket, "open");
    return new FuzzingClient(socket);
  }

  send(message: string): void {
    const text = message.replaceAll(String(idPlace), () => String(++this.#ids));
    const due = dueOf(Buffer.from(text).toString());
    if (due !== null) {
      this.#due.set(due.id, (this.#due.get(due.id) ?? 0) + 1);
      this.#methods.set(due.id, [...(this.#methods.get(due.id) ?? []), due.method]);
      this.#open += 1;
    }
    this.#socket.send(text);
  }

  /** Resolves when everything is answered; what is not by then is a complaint. */
  async settled(): Promise<void> {
    if (this.#open === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#settled = resolve;
    const timer = setTimeout(() => {
      const missing = [...this.#due].filter(([, count]) => count > 0).slice(0, 5);
      this.complaints.push(...missing.map(([id]) => `${id} (${this.#methods.get(id)}) was never answered`));
      resolve();
    }, failureWaitMs);
    await promise;
    clearTimeout(timer);
  }

  forget(): void {
    this.received = "";
    this.#methods.clear();
    this.#due.clear();
  }

  end(): void {
    this.#socket.removeAllListeners("close");
    this.#socket.terminate();
  }

  #receive(text: string): void {
    this.received += text;
    const frame = JSON.parse(text);
    if ("method" in frame) return;
    const id = JSON.stringify(frame.id);
    const due = this.#due.get(id) ?? 0;
    if (due === 0) return void this.complaints.push(`an answer to ${id} that nobody asked for: ${text.slice(0, 300)}`);
    this.#due.set(id, due - 1);
    this.#judge(frame, this.#methods.get(id) ?? [], text);
    this.#open -= 1;
    if (this.#open === 0) this.#settled();
  }

  #judge({ result, error }: Answer, asked: readonly unknown[], text: string): void {
    const isRefusal = Number.isInteger(error?.code) && typeof error?.message === "string";
    if (
      error === undefined ? !asked.some((method) => isResultOf(method, result)) : !isRefusal || result !== undefined
    ) {
      this.complaints.push(`not a well-formed answer to ${asked}: ${text.slice(0, 300)}`);
    }
    if (text.includes("Internal error")) this.complaints.push(`${asked} failed inside: ${text.slice(0, 300)}`);
  }
}

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code?: unknown; readonly message?: unknown };
}

function isResultOf(method: unknown, result: unknown): boolean {
  return typeof method === "string" && isMethodName(method) && methods[method].result.safeParse(result).success;
}

/** By the protocol's rules, written down a second time. */
function dueOf(text: string): Due {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { id: "null", method: null };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { id: "null", method: null };
  const { id, method, error } = value as Readonly<Record<string, unknown>>;
  const isId = typeof id === "string" || (typeof id === "number" && Number.isSafeInteger(id));
  if (Object.keys(value).includes("method")) {
    if (typeof method !== "string") return { id: "null", method };
    if (!Object.keys(value).includes("id")) return null;
    return { id: isId ? JSON.stringify(id) : "null", method };
  }
  if (!("result" in value) && !("error" in value)) return { id: "null", method: null };
  if (!isId) return { id: "null", method: null };
  return "error" in value && !isFailure(error) ? { id: "null", method: null } : null;
}

function isFailure(error: unknown): boolean {
  if (typeof error !== "object" || error === null || Array.isArray(error)) return false;
  const { code, message } = error as Readonly<Record<string, unknown>>;
  return Number.isSafeInteger(code) && typeof message === "string";
}
