/**
 * Where the log of a test's server goes: each line is searched for what opens doors, and nothing else is done with it. So every
 * test is one of what gets into the log.
 */
import type { DestinationStream } from "pino";

/** In the order of how well they say what it is. */
const forms: readonly (readonly [what: string, form: RegExp])[] = [
  ["an access token, or the secret of a link", /skein_(?:pat|share)_[\w-]{20,}/],
  ["a header that proves who somebody is", /"(?:cookie|authorization)":(?!"\(left out\)")/i],
  ["what follows an address", /[?&#](?:token|code|state)=/],
  // 256 random bits, as `makeSecret` writes them.
  ["a secret", /(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{43}(?![\w-])/],
];

/** The password of everybody in tests. */
const password = "correct horse battery";
const maxKept = 5;

export class SearchedLog implements DestinationStream {
  readonly #known: readonly string[];
  readonly #found: string[] = [];

  /** `known`: secrets of the server that have no form of their own. */
  constructor(known: readonly string[]) {
    this.#known = [password, ...known];
  }

  write(line: string): void {
    const form = forms.find(([, each]) => each.test(line))?.[0];
    const what = form ?? (this.#known.some((secret) => line.includes(secret)) ? "a known secret" : null);
    if (what !== null && this.#found.length < maxKept) this.#found.push(`${what}: ${line}`);
  }

  /** Throws when a line held a secret. */
  judge(): void {
    if (this.#found.length > 0) throw new Error(`the log holds secrets:\n${this.#found.join("")}`);
  }
}
