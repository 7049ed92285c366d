import { readFileSync } from "node:fs";

/** Long enough that nobody guesses it: 32 characters of `openssl rand -base64 32` and the like. */
const minLength = 32;

/** The secret between nodes and runners, given as it is or in a file. Throws, naming what is wrong; null: none is given. */
export function readRunnerToken(given: { readonly token: string | null; readonly file: string | null }): string | null {
  const { token, file } = given;
  if (token !== null && file !== null) throw new Error("give the token or the file that holds it, not both");
  const text = file === null ? token : readFileSync(file, "utf8").trim();
  if (text === null) return null;
  if (text.length < minLength) throw new Error(`must have at least ${minLength} characters`);
  if (!/^[\x21-\x7e]+$/.test(text)) throw new Error("must be of printable characters without spaces");
  return text;
}
