import { expect, test } from "vitest";
import { formatBytes } from "./format-bytes.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 KB"],
  [4096, "4.1 KB"],
  [9_949, "9.9 KB"],
  [9_960, "10 KB"],
  [412_300, "412 KB"],
  [999_600, "1.0 MB"],
  [1_048_576, "1.0 MB"],
  [12_345_678, "12 MB"],
  [3_000_000_000_000, "3000 GB"],
])("%d bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
