import { randomBytes } from "node:crypto";

const form = /^\..+\.[0-9a-f]{12}~$/s;

/** Of the file beside one, in which its new content waits to take its place. */
export function temporaryNameFor(name: string): string {
  return `.${name.slice(0, 200)}.${randomBytes(6).toString("hex")}~`;
}

export function isTemporaryName(name: string): boolean {
  return form.test(name);
}
