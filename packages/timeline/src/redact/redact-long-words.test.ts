/**
 * What a command prints may be one word of a megabyte. A pattern that looks at it again from each of its characters takes minutes, and
 * holds up everybody; the runner's limit for a test is the bound here, a few orders above what it takes.
 */
import { expect, test } from "vitest";
import { redactText } from "./redact-text.ts";

const rules = { values: ["a known secret"], workspaces: ["/desk"] };
const repeated = (text: string) => text.repeat(Math.ceil(1_000_000 / text.length));

test.each([
  ...[
    "a",
    "/",
    "a@",
    "b.",
    "eyJ-aaaaaaaa",
    "eyJaaaaaaaa.",
    "token=",
    "://",
    "sk-",
    "~a",
    "A/b1",
    ",/x",
    "-----BEGIN A PRIVATE KEY-----",
  ],
])("a megabyte of %j is redacted", (part) => {
  expect(redactText(repeated(part), rules).length).toBeGreaterThan(0);
});

test("a web token is hidden wherever it stands in a word", () => {
  const token = `eyJ${"h".repeat(12)}.${"p".repeat(12)}.${"s".repeat(12)}`;
  for (const word of [token, `"${token}"`, `jwt-${token}`, `<${token}>;`, `${token}.`]) {
    expect(redactText(`see ${word} here`, rules)).not.toContain("hhhh");
  }
});
