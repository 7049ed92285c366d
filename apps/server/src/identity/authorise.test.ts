import { type Right, rights } from "@skein/protocol/right";
import { describe, expect, test } from "vitest";
import { decideThreadRights, mayInTenant, type Permitted, type TenantAction } from "./authorise.ts";
import type { Role } from "./principal.ts";

const session = { type: "session", sessionId: "s" } as const;
const person = (role: Role, scopes: readonly Right[] | null = null): Permitted => ({
  userId: "me",
  role,
  via: scopes === null ? session : { type: "accessToken", tokenId: "t", scopes },
});

const all: readonly Right[] = rights;

describe("on threads", () => {
  test.each<[Role, string | null, readonly Right[], readonly Right[]]>([
    // Who, whose thread, granted; what they may do.
    ["owner", "me", [], all],
    ["owner", "another", [], all],
    ["owner", null, [], all],
    ["member", "me", [], all],
    ["member", "another", [], []],
    ["member", null, [], []],
    ["member", "another", ["read"], ["read"]],
    ["member", "another", ["read", "prompt"], ["read", "prompt"]],
    ["member", "another", ["read", "approve"], ["read", "approve"]],
    ["member", "another", all, all],
    ["member", "another", ["prompt", "manage"], []],
    ["viewer", "me", [], ["read"]],
    ["viewer", "another", [], []],
    ["viewer", "another", ["read"], ["read"]],
    ["viewer", "another", all, ["read"]],
  ])("%s, thread of %s, granted %j: %j", (role, createdBy, granted, expected) => {
    expect([...decideThreadRights(person(role), { createdBy, granted })]).toEqual(expected);
  });

  test.each<[Role, readonly Right[], readonly Right[]]>([
    ["owner", [], []],
    ["owner", ["read"], ["read"]],
    ["owner", ["prompt", "approve", "manage"], []],
    ["member", ["read", "prompt"], ["read", "prompt"]],
    ["member", all, all],
    ["viewer", all, ["read"]],
    ["viewer", ["prompt"], []],
  ])("%s by a token for %j, on a thread of their own: %j", (role, scopes, expected) => {
    expect([...decideThreadRights(person(role, scopes), { createdBy: "me", granted: [] })]).toEqual(expected);
  });
});

describe("in the tenant", () => {
  const allowed: Readonly<Record<TenantAction, readonly Role[]>> = {
    look: ["owner", "member", "viewer"],
    begin: ["owner", "member"],
    run: ["owner", "member"],
    ownAccess: ["owner", "member", "viewer"],
    administer: ["owner"],
  };
  const carriedAs: Readonly<Record<TenantAction, Right>> = {
    look: "read",
    begin: "prompt",
    run: "approve",
    ownAccess: "manage",
    administer: "manage",
  };
  const cases = (Object.keys(allowed) as TenantAction[]).flatMap((action) =>
    (["owner", "member", "viewer"] as const).map((role) => [role, action] as const),
  );

  test.each(cases)("%s: %s", (role, action) => {
    const may = allowed[action].includes(role);
    expect(mayInTenant(person(role), action)).toBe(may);
    expect(mayInTenant(person(role, [carriedAs[action]]), action)).toBe(may);
    const others = rights.filter((right) => right !== carriedAs[action]);
    expect(mayInTenant(person(role, others), action)).toBe(false);
  });

  test("the configured token carries everything", () => {
    expect(mayInTenant({ userId: "me", role: "owner", via: { type: "configuredToken" } }, "administer")).toBe(true);
  });
});
