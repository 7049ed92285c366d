/**
 * Passwords are kept as argon2id. Computing one takes tens of milliseconds and 19 MiB on purpose, so only a few are computed
 * at a time, and who is known here waits for nobody else.
 */
import { hash, verify } from "@node-rs/argon2";
import { makeSecret } from "./secret.ts";

/** The least that OWASP asks for; a stored hash names its own, so that these can be raised later. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Of the four threads on which Node also reads files and resolves names. */
const maxAtOnce = 2;
/** Beyond this a person would have given up before their turn came. */
const maxWaiting = 100;

export const minPasswordChars = 12;
/** Long enough for any sentence; hashing more would only cost time. */
export const maxPasswordChars = 256;

/** Too many are waiting. */
export class PasswordsBusy extends Error {
  override readonly name = "PasswordsBusy";
}

export class Passwords {
  readonly #first: (() => void)[] = [];
  readonly #later: (() => void)[] = [];
  #running = 0;
  #nobodys: Promise<string> | null = null;

  /** Rejects with `PasswordsBusy`. */
  hash(password: string): Promise<string> {
    return this.#inTurn(true, () => hash(normalised(password), parameters));
  }

  /**
   * `stored`: null where there is none, which takes as long as a wrong password. `isKnown`: goes before those who are not.
   * Rejects with `PasswordsBusy`.
   */
  async matches(stored: string | null, password: string, isKnown: boolean): Promise<boolean> {
    this.#nobodys ??= hash(makeSecret(), parameters);
    const against = stored ?? (await this.#nobodys);
    const isRight = await this.#inTurn(isKnown, () => verify(against, normalised(password)));
    return isRight && stored !== null;
  }

  async #inTurn<T>(isFirst: boolean, work: () => Promise<T>): Promise<T> {
    if (this.#running >= maxAtOnce) {
      const queue = isFirst ? this.#first : this.#later;
      if (queue.length >= maxWaiting) throw new PasswordsBusy("too many passwords are being checked");
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.#first.shift() ?? this.#later.shift();
      // Whoever is next takes the place over, so that nobody slips in between.
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

/** Whether the hash was made under other parameters than are used now. */
export function isOutdated(stored: string): boolean {
  const { memoryCost, timeCost, parallelism } = parameters;
  return !stored.startsWith(`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`);
}

/** Keyboards disagree about how an accented letter is made. */
function normalised(password: string): string {
  return password.normalize("NFKC");
}
