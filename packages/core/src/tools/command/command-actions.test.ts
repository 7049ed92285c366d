import type { CommandAction } from "@skein/timeline/item";
import { beforeAll, describe, expect, test } from "vitest";
import { deriveCommandActions } from "./command-actions.ts";
import { loadScriptParser } from "./parse-script.ts";
import type { ScriptParser } from "./script.ts";

let parser: ScriptParser;
beforeAll(async () => {
  parser = await loadScriptParser();
});

const actions = (script: string) => deriveCommandActions(script, parser.parse(script).commands, "/ws");
const read = (command: string, path: string, name = path.split("/").at(-1)!): CommandAction => ({
  type: "read",
  command,
  name,
  path,
});
const list = (command: string, path: string | null = null): CommandAction => ({ type: "listFiles", command, path });
const search = (command: string, query: string | null, path: string | null = null): CommandAction => ({
  type: "search",
  command,
  query,
  path,
});

describe("recognised", () => {
  test.each<[string, readonly CommandAction[]]>([
    ["ls", [list("ls")]],
    ["ls -la src", [list("ls -la src", "src")]],
    ["tree -L 2 src", [list("tree -L 2 src", "src")]],
    ["rg --files src", [list("rg --files src", "src")]],
    ["git ls-files", [list("git ls-files")]],
    ["fd . src", [search("fd . src", ".", "src")]],
    ["fd src/", [list("fd src/", "src/")]],
    ["find . -type f", [list("find . -type f", ".")]],
    ["find src -name '*.ts'", [search("find src -name '*.ts'", "*.ts", "src")]],
    ["rg -n 'foo bar' src", [search("rg -n 'foo bar' src", "foo bar", "src")]],
    ["rg -g '*.ts' needle", [search("rg -g '*.ts' needle", "needle")]],
    ["grep -rn x .", [search("grep -rn x .", "x", ".")]],
    ["grep -e x -r src", [search("grep -e x -r src", "x", "src")]],
    ["git grep x", [search("git grep x", "x")]],
    ["cat src/a.ts", [read("cat src/a.ts", "/ws/src/a.ts")]],
    ["cat /etc/hosts", [read("cat /etc/hosts", "/etc/hosts")]],
    ["head -n 5 a.txt", [read("head -n 5 a.txt", "/ws/a.txt")]],
    ["tail -n +3 a.txt", [read("tail -n +3 a.txt", "/ws/a.txt")]],
    ["sed -n 1,20p a.txt", [read("sed -n 1,20p a.txt", "/ws/a.txt")]],
    ["awk '{print $1}' a.txt", [read("awk '{print $1}' a.txt", "/ws/a.txt")]],
    ["cat a | head -5 | wc -l", [read("cat a", "/ws/a")]],
    ["cat a | grep x", [read("cat a", "/ws/a")]],
    ["ls && cat a", [list("ls"), read("cat a", "/ws/a")]],
    ["cd sub && cat a", [read("cat a", "/ws/sub/a")]],
    ["cd sub && ls", [list("ls", "sub")]],
    ["cd /abs && cd x && rg y z", [search("rg y z", "y", "/abs/x/z")]],
    ["echo start; cat a", [read("cat a", "/ws/a")]],
  ])("%s", (script, expected) => expect(actions(script)).toEqual(expected));
});

describe("one unknown for the whole script", () => {
  test.each([
    "touch x",
    "ls && touch x",
    "cat a > b",
    "echo hi",
    "cat a b",
    "sed -i s/a/b/ f",
    "find . -exec rm {} +",
    "fd -x rm",
    "awk '{print > \"x\"}' f",
    "sort -o a b",
    "constructor",
    "npm test",
    "cd sub",
  ])("%s", (script) => expect(actions(script)).toEqual([{ type: "unknown", command: script }]));
});
