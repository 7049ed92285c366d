import { expect, test } from "vitest";
import { decideDisk, lower } from "./decide-disk.ts";

const mebibyte = 1024 * 1024;
const limits = { bytes: 100 * mebibyte, files: 1000 };
const use = (mebibytes: number, files = 10) => ({ bytes: mebibytes * mebibyte, files });

test("what grows above its limit is stopped, with what it has and may have", () => {
  expect(decideDisk(limits, use(50), use(100))).toBeNull();
  expect(decideDisk(limits, use(50), use(101))).toEqual({
    ...{ type: "disk", usedBytes: 101 * mebibyte, limitBytes: 100 * mebibyte },
  });
  expect(decideDisk(limits, use(50), use(60, 1001))).toEqual({ type: "files", used: 1001, limit: 1000 });
});

test("what is above its limit already may be cleared up, and not grow", () => {
  expect(decideDisk(limits, use(300), use(300))).toBeNull();
  expect(decideDisk(limits, use(200), use(200.5))).toBeNull();
  expect(decideDisk(limits, use(200), use(202))).toMatchObject({ type: "disk" });
  expect(decideDisk(limits, use(10, 5000), use(10, 5050))).toBeNull();
  expect(decideDisk(limits, use(10, 5000), use(10, 5101))).toMatchObject({ type: "files" });
});

test("the lowest of bytes and the lowest of files need not be of one moment", () => {
  expect(lower(null, use(3, 7))).toEqual(use(3, 7));
  expect(lower(use(3, 7), use(5, 2))).toEqual(use(3, 2));
});
