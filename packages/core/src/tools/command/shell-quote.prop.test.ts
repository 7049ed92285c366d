import fc from "fast-check";
import { expect, test } from "vitest";
import { loadScriptParser } from "./parse-script.ts";
import { joinWords } from "./shell-quote.ts";

test.each([
  [["/bin/bash", "-lc", "echo hi"], "/bin/bash -lc 'echo hi'"],
  [["a", "", "b"], "a '' b"],
  [["it's"], `'it'"'"'s'`],
  [["*", "~", "$x"], "'*' '~' '$x'"],
])("%j", (words, line) => expect(joinWords(words)).toBe(line));

test("what was joined is read as the same words", async () => {
  const parser = await loadScriptParser();
  const word = fc.string({ unit: "grapheme", maxLength: 12 }).filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), (rest) => {
      const words = ["cmd", ...rest];
      const [command] = parser.parse(joinWords(words)).commands ?? [];
      expect(command).toEqual({ words, isLiteral: true, isPiped: false });
    }),
  );
});
