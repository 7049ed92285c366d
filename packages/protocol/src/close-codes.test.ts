import { expect, test } from "vitest";
import { closeCodes, reconnectAfterClose } from "./close-codes.ts";

test("every reason fits into a close frame and every code is one an application may send", () => {
  for (const { code, reason } of Object.values(closeCodes)) {
    expect(new TextEncoder().encode(reason).length).toBeLessThanOrEqual(123);
    expect([1001, 1009, 1011, 1012, 1013].includes(code) || (code >= 4000 && code <= 4999)).toBe(true);
  }
  const codes = Object.values(closeCodes).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
});

test("a restart brings clients back at once, a lost session never, a broken network with pauses", () => {
  expect([1001, 1012].map(reconnectAfterClose)).toEqual(["atOnce", "atOnce"]);
  expect([4401, 4403].map(reconnectAfterClose)).toEqual(["never", "never"]);
  expect([1006, 1000, 4999].map(reconnectAfterClose)).toEqual(["afterBackoff", "afterBackoff", "afterBackoff"]);
});
