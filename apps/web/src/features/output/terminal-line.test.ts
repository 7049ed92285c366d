import { describe, expect, it } from "vitest";
import { renderTerminalLine } from "./terminal-line.ts";

describe("renderTerminalLine", () => {
  it.each([
    ["plain text", "plain text", "plain text"],
    ["a progress bar", "10%\r50%\r100%", "100%"],
    ["a shorter overwrite", "downloading\rdone", "doneloading"],
    ["erase to the end", "downloading\r\x1b[Kdone", "done"],
    ["erase the line", "abc\x1b[2K\rx", "x"],
    ["backspace", "abd\bc", "abc"],
    ["colours", "\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"],
    ["a title", "a\x1b]0;evil title\x07b", "ab"],
    ["a hidden link", "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\", "click"],
    ["an unfinished OSC", "a\x1b]0;never ended", "a"],
    ["cursor movement", "a\x1b[10;10Hb\x1b[2J", "ab"],
    ["a device string", "a\x1bPq#0~\x1b\\b", "ab"],
    ["bell and null", "a\x07\x00b", "ab"],
    ["a tab, which stays", "a\tb", "a\tb"],
    ["characters outside the BMP", "🧶x\r🪡", "🪡x"],
  ])("%s", (_what, raw, shown) => expect(renderTerminalLine(raw)).toBe(shown));
});
