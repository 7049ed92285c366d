import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeCursor, parseCursor } from "./cursor.ts";

describe("cursor", () => {
  test("comes back as it was made", () => {
    const cursors = fc.record({
      incarnation: fc.uuid(),
      logEpoch: fc.maxSafeNat(),
      seq: fc.maxSafeNat(),
    });
    fc.assert(
      fc.property(cursors, (cursor) => {
        expect(parseCursor(encodeCursor(cursor))).toEqual({ ok: true, cursor });
      }),
    );
  });

  test("anything else is refused in the protocol's words, or is the one way to write what it says", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-f0-9-]*\.[0-9.-]*$/)), (text) => {
        const parsed = parseCursor(text);
        if (parsed.ok) expect(encodeCursor(parsed.cursor)).toBe(text);
        else expect(parsed.message).toMatch(/^invalid cursor: /);
      }),
    );
  });

  test.each(["bogus", "", "id.1", "id.1.2.3", "id.-1.2", "id.1.02", "id.1.9999999999999999", "id.1.2\n", " id.1.2"])(
    "%j is refused",
    (text) => {
      expect(parseCursor(text)).toEqual({ ok: false, message: `invalid cursor: ${text}` });
    },
  );

  test("a long one is not repeated at length", () => {
    const parsed = parseCursor("x".repeat(10_000));
    expect(parsed.ok ? "" : parsed.message.length).toBeLessThan(120);
  });
});
