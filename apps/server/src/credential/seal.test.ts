import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { KeyUnknown, keyWrapperOf } from "./key-wrapper.ts";
import { seal, unseal } from "./seal.ts";

const key = randomBytes(32);
const plain = Buffer.from("sk-a-key");

test("what is sealed opens under its key and in its place, and nowhere else", () => {
  const sealed = seal(key, plain, ["a", "bc"]);
  expect(sealed.includes(plain)).toBe(false);
  expect(unseal(key, sealed, ["a", "bc"])).toEqual(plain);
  expect(() => unseal(randomBytes(32), sealed, ["a", "bc"])).toThrow();
  expect(() => unseal(key, sealed, ["ab", "c"])).toThrow();
  expect(() => unseal(key, sealed, ["a", "bc", ""])).toThrow();
  expect(seal(key, plain, ["a"])).not.toEqual(seal(key, plain, ["a"]));
});

test("a changed bit anywhere, or a part that is missing, opens nothing", () => {
  const sealed = seal(key, plain, ["a"]);
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed);
    changed[index] = (changed[index] as number) ^ 1;
    expect(() => unseal(key, changed, ["a"]), `byte ${index}`).toThrow();
    expect(() => unseal(key, sealed.subarray(0, index), ["a"]), `${index} bytes`).toThrow();
  }
});

test("a tenant's key is unwrapped by the secret it was wrapped under, for that tenant only", async () => {
  const [one, other] = ["a".repeat(32), "b".repeat(32)];
  const before = keyWrapperOf([one]);
  const wrapped = await before.wrap(key, "tenant");
  expect(wrapped.keyId).not.toContain("a".repeat(8));
  const after = keyWrapperOf([other, one]);
  expect(await after.unwrap(wrapped, "tenant")).toEqual(key);
  expect((await after.wrap(key, "tenant")).keyId).not.toBe(wrapped.keyId);
  await expect(after.unwrap(wrapped, "another tenant")).rejects.toThrow();
  await expect(keyWrapperOf([other]).unwrap(wrapped, "tenant")).rejects.toBeInstanceOf(KeyUnknown);
});
