import { beforeAll, describe, expect, test } from "vitest";
import { isKnownSafe } from "./known-safe.ts";
import { loadScriptParser } from "./parse-script.ts";
import type { ScriptParser } from "./script.ts";

let parser: ScriptParser;
beforeAll(async () => {
  parser = await loadScriptParser();
});

describe("known to be safe", () => {
  test.each([
    "ls -la",
    "cat a.txt | head -5 | wc -l",
    "cd src && ls && pwd",
    "git status",
    "git log -5 --oneline",
    "git diff HEAD~1",
    "git show HEAD:src/a.ts",
    "git branch",
    "git branch --show-current",
    "rg --files src",
    "rg -n 'foo|bar' src",
    "find . -name '*.ts' -type f",
    "sed -n 5p a.txt",
    "sed -n 5,9p",
    "base64 a.bin",
    "uniq a.txt",
  ])("%s", (script) => {
    expect(isKnownSafe(parser.parse(script).commands)).toBe(true);
  });
});

describe("not known to be safe", () => {
  test.each([
    "rm -rf x",
    "./cat a",
    "/tmp/ls",
    "ls > out",
    "cat $(id)",
    "cat *",
    "find . -delete",
    "find . -exec rm {} ;",
    "find . -fprintf out x",
    "find . -okdir rm",
    "rg --pre ./evil x",
    "rg --pre=./evil x",
    "rg --hostname-bin ./evil x",
    "rg -z x",
    "rg -nz x",
    "rg --search-zip x",
    "git -c core.pager=evil log",
    "git -C /other status",
    "git --paginate log",
    "git log --output=x",
    "git diff --outp x",
    "git diff --ext-diff",
    "git log --textconv",
    "git branch new",
    "git branch -D old",
    "git commit -m x",
    "git",
    "sed -i s/a/b/ f",
    "sed -n '1e id' f",
    "sed -n 1,2w f",
    "sed -n 5p -i",
    "base64 -o out",
    "base64 -do out",
    "uniq in out",
    "sort -o a b",
    "tee x",
    "env ls",
    "sudo ls",
    "ls && rm x",
    "",
  ])("%j", (script) => expect(isKnownSafe(parser.parse(script).commands)).toBe(false));
});
