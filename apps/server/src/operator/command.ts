/** One of the operator's commands: what it is called, how it is used, and what it does. */
import type { OperatorDatabase } from "./operator-database.ts";
import { Refusal } from "./refusal.ts";

export interface OperatorCommand {
  /** As it is typed, e.g. "db restored". */
  readonly name: string;
  /** What follows the name. */
  readonly usage: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, { readonly type: "string" | "boolean" }>>;
  /** How many words it takes beside its options. */
  readonly words: number;
  /** Gives the exit code. Throws a `Refusal` when it is not going to do what was asked. */
  run(request: OperatorRequest): Promise<number>;
}

export interface OperatorRequest {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly database: OperatorDatabase;
  readonly output: Output;
}

export interface Output {
  /** A line for people. */
  say(line: string): void;
  /** What the command is for, where its output is data. Resolves when it has been taken. */
  write(data: string): Promise<void>;
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function parseId(what: string, value: string | boolean | undefined): string {
  if (typeof value === "string" && uuid.test(value.toLowerCase())) return value.toLowerCase();
  throw new Refusal(`${what} must be a UUID, not ${value === undefined ? "missing" : JSON.stringify(value)}`);
}
