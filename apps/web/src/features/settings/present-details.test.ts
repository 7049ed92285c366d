import { expect, test } from "vitest";
import { presentDetails } from "./present-details.ts";

const bo = "01a1ff8d-9105-75ae-bff6-de8dd4805b15";
const names = new Map([[bo, "Bo"]]);
const line = { details: {}, subject: null, address: null };

test("ids lead nowhere and are left out, but members are called by their names", () => {
  const turnId = "01a1ff8d-635b-79f9-b8fb-61d004032489";
  expect(presentDetails({ ...line, details: { scope: "tenant", purpose: "model", turnId } }, names)).toBe("the team's");
  expect(presentDetails({ ...line, subject: turnId, details: { role: "viewer" } }, names)).toBe("viewer");
  expect(presentDetails({ ...line, subject: bo, details: { role: "viewer" } }, names)).toBe("Bo, viewer");
  expect(presentDetails({ ...line, subject: bo, details: { to: bo } }, names)).toBe("Bo");
});

test("facts are in words, and what the client does not know is shown as it is", () => {
  expect(presentDetails({ ...line, details: { by: "firstOwner" }, address: "192.0.2.1" }, names)).toBe(
    "as the first owner, from 192.0.2.1",
  );
  expect(presentDetails({ ...line, details: { by: "thought" } }, names)).toBe("thought");
  expect(presentDetails({ ...line, details: { client: "skein_web", as: "turn" } }, names)).toBe("");
  expect(presentDetails({ ...line, subject: "example.org", details: { port: 443, rule: "list" } }, names)).toBe(
    "example.org, port 443, list",
  );
  expect(presentDetails({ ...line, details: { name: "ci", rights: ["read", "prompt"] } }, names)).toBe(
    "ci, read and prompt",
  );
});

test("of a long name the beginning is shown, and of other long values nothing", () => {
  const long = "The Society for the Observation of Tides and Currents in All Harbours";
  expect(presentDetails({ ...line, details: { name: long, reason: long } }, names)).toBe(
    "The Society for the Observation of Tides and Currents in Al…",
  );
});

test("a limit is told with its window, and a window without one as such", () => {
  const inWindow = (tokens: number | null, scope: string) => ({ scope, tokens, windowSeconds: 18_000 });
  expect(presentDetails({ ...line, details: inWindow(9_000, "pool") }, names)).toBe(
    "of the whole team, 9,000 tokens, in 5 hours",
  );
  expect(presentDetails({ ...line, subject: bo, details: inWindow(null, "member") }, names)).toBe(
    "Bo, no limit, in 5 hours",
  );
  const reset = { scope: "as every member", tokens: null, windowSeconds: null };
  expect(presentDetails({ ...line, subject: bo, details: reset }, names)).toBe("Bo, as for each member");
});
