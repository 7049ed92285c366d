import { expect, test } from "vitest";
import type { SessionProcess } from "../tool.ts";
import { chooseProcessId, createProcessRegistry } from "./processes.ts";

test("an id in use is never chosen again, at the end of the range either", () => {
  const registry = createProcessRegistry();
  // 0x15f8f = 89999, the last of the range.
  const uuid = "00000000-0000-7000-8000-000000015f8f";
  expect(chooseProcessId(registry, uuid)).toBe("99999");
  registry.add({ processId: "99999" } as SessionProcess);
  expect(chooseProcessId(registry, uuid)).toBe("10000");
  registry.add({ processId: "10000" } as SessionProcess);
  expect(chooseProcessId(registry, uuid)).toBe("10001");
  registry.forget("99999");
  expect(chooseProcessId(registry, uuid)).toBe("99999");
});

test("of the ended only the last few are kept, and none of them counts as running", () => {
  const registry = createProcessRegistry();
  for (let number = 1; number <= 20; number++) {
    registry.add({ processId: String(number) } as SessionProcess);
    registry.ended(String(number));
  }
  expect(registry.all()).toEqual([]);
  expect([4, 5, 20].map((number) => registry.get(String(number)) !== undefined)).toEqual([false, true, true]);
  registry.forget("20");
  expect(registry.get("20")).toBeUndefined();
});
