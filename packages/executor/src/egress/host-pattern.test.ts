import { expect, test } from "vitest";
import { matchesHost, parseHostPattern, presentHostPattern } from "./host-pattern.ts";

const matches = (pattern: string, host: string, port: number) => {
  const parsed = parseHostPattern(pattern);
  return parsed !== null && matchesHost(parsed, { host, port });
};

test.each([
  ["example.org", "example.org", 443, true],
  ["example.org", "example.org", 80, true],
  ["example.org", "example.org", 22, false],
  ["example.org", "sub.example.org", 443, false],
  ["example.org", "notexample.org", 443, false],
  ["example.org:22", "example.org", 22, true],
  ["example.org:22", "example.org", 443, false],
  ["*.example.org", "a.example.org", 443, true],
  ["*.example.org", "a.b.example.org", 443, true],
  ["*.example.org", "example.org", 443, false],
  ["*.example.org", "badexample.org", 443, false],
  ["*.example.org:8080", "a.example.org", 8080, true],
  ["*", "anything.example", 443, true],
  ["*", "anything.example", 25, false],
  ["*:25", "anything.example", 25, true],
  ["93.184.216.34", "93.184.216.34", 443, true],
  ["[2606:4700::1]:443", "2606:4700::1", 443, true],
])("%s, asked for %s and port %i: %s", (pattern, host, port, allowed) => {
  expect(matches(pattern, host, port)).toBe(allowed);
});

test.each([
  ["Example.ORG.", "example.org"],
  [" *.BÜCHER.example ", "*.xn--bcher-kva.example"],
  ["*:8080", "*:8080"],
  ["[2606:4700:0:0::1]:443", "[2606:4700::1]:443"],
  ["0x7f.1", "127.0.0.1"],
])("%j is kept as %s", (given, kept) => {
  const parsed = parseHostPattern(given);
  expect(parsed && presentHostPattern(parsed)).toBe(kept);
});

test.each([
  "",
  "*.",
  "**",
  "*example.org",
  "a.*.org",
  "*.*.org",
  "https://example.org",
  "example.org/path",
  "user@example.org",
  "*.1.2.3.4",
  "example.org:0",
  "*:0",
  "*:",
])("%j is no pattern", (text) => expect(parseHostPattern(text)).toBeNull());
