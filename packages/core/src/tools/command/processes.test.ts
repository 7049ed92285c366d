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
  registry.remove("99999");
  expect(chooseProcessId(registry, uuid)).toBe("99999");
});
