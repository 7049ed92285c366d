import { join } from "node:path";
import { expect, test } from "vitest";
import { chooseSocketDirectory, socketName } from "./socket-directory.ts";

test("the socket is beside the database where its path is short enough", () => {
  expect(chooseSocketDirectory("/var/lib/skein", "/tmp")).toBe("/var/lib/skein/run");
});

test("a long data directory gets a short path, its own and always the same", () => {
  const long = `/home/${"x".repeat(120)}`;
  const chosen = chooseSocketDirectory(long, "/tmp");
  expect(chosen).toMatch(/^\/tmp\/skein-[0-9a-f]{16}$/);
  expect(chooseSocketDirectory(long, "/tmp")).toBe(chosen);
  expect(chooseSocketDirectory(`${long}y`, "/tmp")).not.toBe(chosen);
});

test.for(Array.from({ length: 120 }, (_, index) => index))("no path is too long for a socket (%i)", (length) => {
  const chosen = chooseSocketDirectory(`/${"ü".repeat(length)}`, `/${"t".repeat(length)}`);
  expect(Buffer.byteLength(join(chosen, socketName))).toBeLessThanOrEqual(107);
});
