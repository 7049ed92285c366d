import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nothingYet, redactPiece, redactText } from "./redact-text.ts";

const numRuns = Number(process.env.SKEIN_TEST_RUNS ?? 300);
const timeoutMs = 60_000;
const workspaces = ["/workspaces/one"];

/** Words of all kinds, so that texts come near to what is looked for. */
const fragment = fc.oneof(
  fc.constantFrom(" ", "\n", ": ", "=", ".", "ä", "。", "\u{1f600}", "-----BEGIN", " PRIVATE KEY-----", "-----END"),
  fc.constantFrom("password:", "Bearer ", "token=", "sk-", "/workspaces/one/a.ts", "/home/bob/.ssh", "bob@example.org"),
  fc.constantFrom("https://u:p@host/x", "AbCdEf0123456789AbCdEf0123456789", "and/or", "~/x", "a", "Zz9"),
  fc.string({ maxLength: 6 }),
);
const value = fc.oneof(
  fc.string({ minLength: 4, maxLength: 12 }),
  fc.constantFrom("abab ab", "correct horse", 'quo"ted', "aaaa", "line\nbreak"),
);
/** Text in which secrets, and beginnings of them, are planted. */
const planted = fc.array(value, { minLength: 1, maxLength: 3 }).chain((values) => {
  const part = fc.oneof(fragment, fc.constantFrom(...values, ...values.map((secret) => secret.slice(0, -1))));
  return fc.record({ values: fc.constant(values), parts: fc.array(part, { maxLength: 12 }) });
});

function shownOf(pieces: readonly string[], values: readonly string[]): { shown: string[]; withheld: string } {
  let open = nothingYet;
  const shown: string[] = [];
  for (const piece of pieces) {
    const next = redactPiece(open, piece, { values, workspaces });
    shown.push((shown.at(-1) ?? "") + next.shown);
    open = next.open;
  }
  return { shown, withheld: open.withheld };
}

describe("text that is still being written", () => {
  test(
    "is shown the same however it is cut into pieces",
    () => {
      const property = fc.property(planted, fc.array(fc.nat(20), { maxLength: 10 }), ({ values, parts }, cuts) => {
        const text = parts.join("");
        const whole = shownOf([text], values);
        for (const pieces of [parts, [...text], cut(text, cuts)]) {
          const other = shownOf(pieces, values);
          expect([other.shown.at(-1) ?? "", other.withheld]).toEqual([whole.shown.at(-1) ?? "", whole.withheld]);
        }
      });
      fc.assert(property, { numRuns });
    },
    timeoutMs,
  );

  test(
    "is the beginning of what the whole shows",
    () => {
      const property = fc.property(planted, ({ values, parts }) => {
        const text = parts.join("");
        const whole = redactText(`${text} `, { values, workspaces });
        for (const shown of shownOf([...text], values).shown) expect(whole.startsWith(shown)).toBe(true);
      });
      fc.assert(property, { numRuns });
    },
    timeoutMs,
  );

  test(
    "never shows a secret, nor does the text when it has ended",
    () => {
      const property = fc.property(planted, ({ values, parts }) => {
        const text = parts.join("");
        // What stands in a secret's place may hold a very short one by accident.
        const secrets = values.filter((secret) => !"[redacted] [path] [e-mail]".includes(secret));
        const seen = [...shownOf([...text], values).shown, redactText(text, { values, workspaces })];
        for (const secret of secrets) for (const shown of seen) expect(withoutLabels(shown)).not.toContain(secret);
      });
      fc.assert(property, { numRuns });
    },
    timeoutMs,
  );
});

test.each([
  ["key sk-abcdefghij0123456789 here", "key [redacted] here"],
  ["mail bob.b+c@mail.example.org, please", "mail [e-mail], please"],
  ["PASSWORD=hunter22 next", "PASSWORD=[redacted] next"],
  ['"api_key": "hunter22"', '"api_key": [redacted]'],
  ["Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"],
  ["https://bob:pw@host.example/x/y", "https://[redacted]/x/y"],
  ["cat /home/bob/notes.txt and /workspaces/one/src/a.ts", "cat [path] and /workspaces/one/src/a.ts"],
  ["/workspaces/one/../two/a.ts", "[path]"],
  ["/workspaces/oneself/a.ts", "[path]"],
  ["(~/.ssh/id_rsa)", "([path])"],
  ["either/or, 1/2 and src/a.ts", "either/or, 1/2 and src/a.ts"],
  ["see https://example.org/a/b", "see https://example.org/a/b"],
  ["commit 0123456789abcdef0123456789abcdef01234567", "commit 0123456789abcdef0123456789abcdef01234567"],
  ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\nx\n-----END RSA PRIVATE KEY----- after", "[redacted] after"],
  ["-----BEGIN PRIVATE KEY-----\nnever ended", "[redacted]"],
])("%j is shown as %j", (text, shown) => {
  expect(redactText(text, { values: [], workspaces })).toBe(shown);
});

function withoutLabels(text: string): string {
  return text.replaceAll(/\[(?:redacted|path|e-mail)\]/g, "\u0000");
}

function cut(text: string, lengths: readonly number[]): readonly string[] {
  const pieces: string[] = [];
  let at = 0;
  for (const length of lengths) {
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return [...pieces, text.slice(at)];
}
