import { describe, expect, test } from "vitest";
import type { ThreadAccess } from "../identity/authorise.ts";
import type { Principal, Role } from "../identity/principal.ts";
import { admit, type FindAccess } from "./admit.ts";

const thread = "019aa000-0000-7000-8000-00000000000a";
const principal = (role: Role): Principal => ({
  ...{ tenantId: "tenant", userId: "me", role, name: "", via: { type: "session", sessionId: "s" } },
});
const having =
  (access: ThreadAccess | null): FindAccess =>
  async () =>
    access;
const never: FindAccess = () => {
  throw new Error("nobody had to be asked");
};

test("an owner is admitted at once, without a look at the thread", () => {
  const admitted = admit(never, "thread/delete", thread, principal("owner"));
  expect(admitted).toMatchObject({
    principal: { tenantId: "tenant" },
    rights: new Set(["read", "prompt", "approve", "manage"]),
  });
});

describe("a member", () => {
  const me = principal("member");

  test("does everything with a thread of their own", async () => {
    const access = having({ createdBy: "me", granted: [] });
    expect(await admit(access, "thread/delete", thread, me)).toMatchObject({ principal: { tenantId: "tenant" } });
  });

  test.each([
    ["somebody else's", { createdBy: "another", granted: [] }],
    ["nobody's", { createdBy: null, granted: [] }],
    ["not there", null],
  ] as const)("is sent where there are no threads, when it is %s", async (_, access) => {
    const admitted = await admit(having(access), "thread/delete", thread, me);
    expect(admitted.principal).toEqual({ ...me, tenantId: "00000000-0000-0000-0000-000000000000" });
    expect(admitted.rights.size).toBe(0);
  });

  test("is told what is missing on a thread that they may read", async () => {
    const access = having({ createdBy: "another", granted: ["read", "prompt"] });
    expect(await admit(access, "turn/start", thread, me)).toMatchObject({ principal: { tenantId: "tenant" } });
    const refused = Promise.resolve(admit(access, "thread/delete", thread, me));
    await expect(refused).rejects.toThrow("not allowed: thread/delete needs the right to manage");
  });

  test("with an id that is none has the method say so", () => {
    expect(admit(never, "thread/read", "not an id", me)).toMatchObject({ principal: { tenantId: "tenant" } });
  });
});

test("a viewer forks nothing, and is not told whether there is anything to fork", () => {
  expect(() => admit(never, "thread/fork", thread, principal("viewer"))).toThrow(/^not allowed: thread\/fork/);
});

test("a method that can do without a thread needs what it says then", () => {
  expect(admit(never, "hooks/list", null, principal("viewer"))).toMatchObject({ principal: { tenantId: "tenant" } });
  const via = { type: "accessToken", tokenId: "t", scopes: ["prompt"] } as const;
  expect(() => admit(never, "hooks/list", null, { ...principal("owner"), via })).toThrow(/^not allowed: /);
});
