import { expect, test } from "vitest";
import { checkToken, cleanText, encodeFields, encodeLines, numbered } from "./rows.ts";

test("fields, lines and nulls have separators of their own", () => {
  const lines = [encodeFields(["a", 1, null]), encodeFields([2n, ""])].map((line, index) => numbered(index, line));
  expect(encodeLines(lines)).toBe("0\x1fa\x1f1\x1f\x1d\x1e1\x1f2\x1f");
});

test("JSON text never holds a separator", () => {
  const everyControl = String.fromCharCode(...Array.from({ length: 32 }, (_, code) => code));
  const json = JSON.stringify({ [everyControl]: everyControl });
  for (const separator of ["\x1d", "\x1e", "\x1f"]) expect(json).not.toContain(separator);
});

test("text for a column loses what Postgres refuses and what separates rows, and keeps the rest", () => {
  expect(cleanText("a\u0000b\ud800c\u001ed\u{1f600}\t\n")).toBe("a\ufffdb\ufffdc\ufffdd\u{1f600}\t\n");
});

test("an id that cannot be stored as it is, is refused by name", () => {
  expect(checkToken("item id", "msg_1")).toBe("msg_1");
  for (const id of ["a\u0000", "a\u001f", "\udc00"]) expect(() => checkToken("item id", id)).toThrow(/item id/);
});
