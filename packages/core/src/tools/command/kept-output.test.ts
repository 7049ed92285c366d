import { describe, expect, test } from "vitest";
import { KeptOutput } from "./kept-output.ts";

function keep(pieces: readonly string[], maxBytes: number): KeptOutput {
  const kept = new KeptOutput(maxBytes);
  for (const piece of pieces) kept.append(piece);
  return kept;
}

describe("what is kept", () => {
  test.each<[string, readonly string[], number, string]>([
    ["nothing", [], 10, ""],
    ["all that fits", ["ab", "cd", "efghij"], 10, "abcdefghij"],
    ["head and tail", ["abcdefghijklmno"], 10, "abcde\n… 5 bytes left out …\nklmno"],
    ["head and tail of many pieces", [..."abcdefghijklmnopqrst"], 10, "abcde\n… 10 bytes left out …\npqrst"],
    ["no character in two at the head", ["abcd😀fghijklmnop"], 10, "abcd\n… 10 bytes left out …\nlmnop"],
    ["no character in two at the tail", ["abcdefgh😀xyz"], 10, "abcde\n… 7 bytes left out …\nxyz"],
  ])("%s", (_name, pieces, maxBytes, expected) => expect(keep(pieces, maxBytes).text()).toBe(expected));

  test("head, marker and tail account for every byte, however the text arrives", () => {
    const text = "añ😀\n".repeat(50);
    for (const size of [1, 2, 3, 7, 64, 1000]) {
      const pieces = Array.from({ length: Math.ceil([...text].length / size) }, (_, index) =>
        [...text].slice(index * size, (index + 1) * size).join(""),
      );
      const kept = keep(pieces, 64);
      const [head, dropped, tail] = kept.text().split(/\n… (\d+) bytes left out …\n/);
      expect(text.startsWith(head!) && text.endsWith(tail!)).toBe(true);
      expect(Buffer.byteLength(head! + tail!) + Number(dropped)).toBe(Buffer.byteLength(text));
      expect(Buffer.byteLength(head! + tail!)).toBeLessThanOrEqual(64);
    }
  });
});

test.each<[readonly string[], number]>([
  [[], 0],
  [["a"], 1],
  [["a\n"], 1],
  [["a\n", "b"], 2],
  [["a", "b\n", "\n"], 2],
])("lines of %j: %i", (pieces, lines) => expect(keep(pieces, 100).totalLines).toBe(lines));
