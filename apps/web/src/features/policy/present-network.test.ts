import type { SandboxPolicy } from "@skein/protocol/policy";
import { expect, it } from "vitest";
import { presentNetwork, withNetwork } from "./present-network.ts";

const on: SandboxPolicy = { type: "readOnly", networkAccess: true };
const off: SandboxPolicy = { type: "readOnly", networkAccess: false };
const full: SandboxPolicy = { type: "dangerFullAccess" };

it.each([
  [on, "listed", { isOn: true, disabled: false, hint: "Commands reach the hosts on the team's list." }],
  [off, "ask", { isOn: false, disabled: false, hint: "Commands of this thread reach nothing outside." }],
  [on, "off", { isOn: false, disabled: true, hint: "It is off for the whole team." }],
  [on, null, { isOn: true, disabled: true, hint: "As far as the team allows it." }],
  [full, "listed", { isOn: true, disabled: true, hint: "Full access includes what the team allows." }],
] as const)("of %j where the team says %s: %j", (sandboxPolicy, team, shown) => {
  expect(presentNetwork({ sandboxPolicy, team, problem: null })).toEqual(shown);
});

it("says why a change did not happen", () => {
  expect(presentNetwork({ sandboxPolicy: on, team: "ask", problem: "Not allowed." }).hint).toBe("Not allowed.");
});

it("changes the network and nothing else, where there is one to change", () => {
  expect(withNetwork(off, true)).toEqual(on);
  expect(withNetwork(full, false)).toBeNull();
});
