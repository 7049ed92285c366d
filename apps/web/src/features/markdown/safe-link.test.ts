import { expect, it } from "vitest";
import { safeLink } from "./safe-link.ts";

it.each(["https://a.example/x?y#z", "http://localhost:5173/", "mailto:a@b.example"])("keeps %s", (address) => {
  expect(safeLink(address)).toBe(address);
});

it.each([
  "javascript:alert(1)",
  "JAVASCRIPT:alert(1)",
  " javascript:alert(1)",
  "data:text/html,x",
  "file:///etc/passwd",
  "/api/sign-out",
  "src/a.ts",
  "//evil.example",
  "",
])("drops %j", (address) => expect(safeLink(address)).toBe(""));
