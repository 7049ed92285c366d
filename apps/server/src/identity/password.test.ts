import { hash } from "@node-rs/argon2";
import { expect, test } from "vitest";
import { isOutdated, Passwords, PasswordsBusy } from "./password.ts";

test("a hash names its parameters, is another each time, and is matched by its password alone", async () => {
  const passwords = new Passwords();
  const [first, second] = [await passwords.hash("correct horse"), await passwords.hash("correct horse")];
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(second).not.toBe(first);
  expect(isOutdated(first)).toBe(false);
  const weaker = await hash("correct horse", { memoryCost: 4_096, timeCost: 2, parallelism: 1 });
  expect([isOutdated(weaker), isOutdated(first.replace("argon2id", "argon2i"))]).toEqual([true, true]);
  expect(await passwords.matches(first, "correct horse", false)).toBe(true);
  expect(await passwords.matches(first, "correct horsE", false)).toBe(false);
  expect(await passwords.matches(null, "correct horse", false)).toBe(false);
});

test("who is known goes first, and beyond what can wait nobody is taken", async () => {
  const passwords = new Passwords();
  // Cheap, because this is about the order.
  const stored = await hash("correct horse", { memoryCost: 8, timeCost: 1, parallelism: 1 });
  const done: string[] = [];
  const ask = (who: string, isKnown: boolean) =>
    passwords.matches(stored, "a guess", isKnown).then(
      () => done.push(who),
      (error: unknown) => done.push(error instanceof PasswordsBusy ? "busy" : "failed"),
    );
  const strangers = Array.from({ length: 103 }, () => ask("stranger", false));
  const known = ask("known", true);
  await known;
  // Two were under way, a hundred wait, and one more than that is told to come again.
  expect(done.filter((who) => who === "busy")).toHaveLength(1);
  expect(done.filter((who) => who === "stranger").length).toBeLessThan(100);
  await Promise.all(strangers);
  expect(done.filter((who) => who === "stranger")).toHaveLength(102);
});
