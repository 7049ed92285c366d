import { expect, it } from "vitest";
import { readSignInToken } from "./read-sign-in-token.ts";

it.each([
  ["http://127.0.0.1:4500/sign-in?token=abc-123_X", "abc-123_X"],
  ["  open http://127.0.0.1:4500/sign-in?token=abc&x=1 ", "abc"],
  ["http://h/sign-in?token=a%2Bb#f", "a+b"],
  ["abc-123_X", "abc-123_X"],
  ["", null],
  ["two words", null],
  ["http://127.0.0.1:4500/", null],
  ["http://h/sign-in?token=%zz", null],
])("%j holds %j", (pasted, token) => expect(readSignInToken(pasted)).toBe(token));
