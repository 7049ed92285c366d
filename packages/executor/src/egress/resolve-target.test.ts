import { describe, expect, test } from "vitest";
import { parseInternalHosts } from "./internal-hosts.ts";
import { type EgressRules, resolveTarget } from "./resolve-target.ts";

/** Each question for a name takes the next of its answers; the last stays. */
function rulesWith(answers: Readonly<Record<string, readonly (readonly string[])[]>>, internal = "") {
  const asked: string[] = [];
  const rules: EgressRules = {
    internal: parseInternalHosts(internal),
    ownAddresses: () => new Set(["8.8.4.4"]),
    async lookup(name, trusted) {
      const given = answers[name];
      if (given === undefined) throw Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
      const before = asked.filter((one) => one.startsWith(`${name} `)).length;
      asked.push(`${name} ${trusted}`);
      return given[Math.min(before, given.length - 1)] ?? [];
    },
  };
  return { rules, asked };
}

describe("a name", () => {
  test("is asked for once, and its addresses are what may be connected to", async () => {
    const { rules, asked } = rulesWith({ "example.org": [["1.1.1.1", "2606:4700::1"], ["127.0.0.1"]] });
    expect(await resolveTarget({ host: "example.org", port: 443 }, rules)).toEqual({
      type: "resolved",
      addresses: ["1.1.1.1", "2606:4700::1"],
    });
    expect(asked).toEqual(["example.org false"]);
  });

  test("is judged anew each time, so that one which turns to the inside is refused then", async () => {
    const { rules } = rulesWith({ "rebind.example": [["1.1.1.1"], ["169.254.169.254"]] });
    const target = { host: "rebind.example", port: 80 };
    expect(await resolveTarget(target, rules)).toMatchObject({ type: "resolved" });
    expect(await resolveTarget(target, rules)).toMatchObject({ type: "refused", reason: "metadata" });
  });

  test.each([[["1.1.1.1", "10.0.0.1"]], [["10.0.0.1", "1.1.1.1"]], [["2606:4700::1", "::1"]]])(
    "with a refused address among its answers is refused: %j",
    async (answers) => {
      const { rules } = rulesWith({ "mixed.example": [answers] });
      expect(await resolveTarget({ host: "mixed.example", port: 80 }, rules)).toMatchObject({ type: "refused" });
    },
  );

  test("of this machine is refused though its address is public", async () => {
    const { rules } = rulesWith({ "self.example": [["8.8.4.4"]] });
    expect(await resolveTarget({ host: "self.example", port: 80 }, rules)).toMatchObject({ reason: "ownInterface" });
  });

  test("that means nothing is told from one that is refused", async () => {
    const { rules } = rulesWith({ "empty.example": [[]] });
    expect(await resolveTarget({ host: "empty.example", port: 80 }, rules)).toMatchObject({ type: "notFound" });
    expect(await resolveTarget({ host: "gone.example", port: 80 }, rules)).toEqual({
      type: "notFound",
      message: "gone.example could not be resolved: ENOTFOUND",
    });
  });
});

describe("an address", () => {
  test("is judged without asking anybody", async () => {
    const { rules, asked } = rulesWith({});
    expect(await resolveTarget({ host: "127.0.0.1", port: 80 }, rules)).toMatchObject({ reason: "loopback" });
    expect(await resolveTarget({ host: "1.1.1.1", port: 80 }, rules)).toEqual({
      type: "resolved",
      addresses: ["1.1.1.1"],
    });
    expect(asked).toEqual([]);
  });
});

describe("what the operator trusts", () => {
  const internal =
    "git.corp.example, registry.corp.example:5000, 10.1.0.0/16, 127.0.0.1:8080, [fd12::1]:443, fd13::/16";

  test.each([
    ["git.corp.example", 443, true],
    ["git.corp.example", 22, true],
    ["registry.corp.example", 5000, true],
    ["registry.corp.example", 443, false],
    ["sub.git.corp.example", 443, false],
    ["10.1.2.3", 80, true],
    ["10.2.0.1", 80, false],
    ["127.0.0.1", 8080, true],
    ["127.0.0.1", 80, false],
    ["fd12::1", 443, true],
    ["fd12::1", 80, false],
    ["fd12::2", 443, false],
    ["fd13::77", 80, true],
  ])("%s and port %i: %s", async (host, port, reached) => {
    const { rules } = rulesWith(
      {
        "git.corp.example": [["10.9.9.9"]],
        "registry.corp.example": [["10.9.9.8"]],
        "sub.git.corp.example": [["10.9.9.7"]],
      },
      internal,
    );
    expect(await resolveTarget({ host, port }, rules)).toMatchObject({ type: reached ? "resolved" : "refused" });
  });

  test("is resolved by the system, other names are not", async () => {
    const { rules, asked } = rulesWith({ "git.corp.example": [["10.9.9.9"]], "example.org": [["1.1.1.1"]] }, internal);
    await resolveTarget({ host: "git.corp.example", port: 443 }, rules);
    await resolveTarget({ host: "example.org", port: 443 }, rules);
    expect(asked).toEqual(["git.corp.example true", "example.org false"]);
  });

  test("by its network holds for any name that leads there, and not for another address beside it", async () => {
    const { rules } = rulesWith({ "a.example": [["10.1.0.9"]], "b.example": [["10.1.0.9", "10.2.0.9"]] }, internal);
    expect(await resolveTarget({ host: "a.example", port: 80 }, rules)).toMatchObject({ type: "resolved" });
    expect(await resolveTarget({ host: "b.example", port: 80 }, rules)).toMatchObject({ address: "10.2.0.9" });
  });

  test.each(["http://x", "a b", "10.0.0.0/33", "*.corp.example", "host:0", "user@host"])("cannot be %j", (entry) => {
    expect(() => parseInternalHosts(entry)).toThrow(JSON.stringify(entry));
  });
});
