import { beforeAll, describe, expect, test } from "vitest";
import { loadScriptParser } from "./parse-script.ts";
import type { ScriptParser } from "./script.ts";

let parser: ScriptParser;
beforeAll(async () => {
  parser = await loadScriptParser();
});

const words = (script: string) => parser.parse(script).commands?.map((command) => command.words) ?? null;

describe("plain scripts", () => {
  test.each<[string, readonly (readonly string[])[]]>([
    ["ls", [["ls"]]],
    ["ls -la 'a b' \"c d\" e\\ f", [["ls", "-la", "a b", "c d", "e f"]]],
    ["cat foo'bar'\"baz\"", [["cat", "foobarbaz"]]],
    [
      "cat a | head -n 3; wc -l b && pwd || true",
      [["cat", "a"], ["head", "-n", "3"], ["wc", "-l", "b"], ["pwd"], ["true"]],
    ],
    ["ls\ncat b", [["ls"], ["cat", "b"]]],
    ["ls # a comment\ncat b", [["ls"], ["cat", "b"]]],
    ['echo "" \'\' é"ü" 12', [["echo", "", "", "éü", "12"]]],
    ['echo "a \\"b\\" \\\\ \\n"', [["echo", 'a "b" \\ \\n']]],
  ])("%s", (script, expected) => expect(words(script)).toEqual(expected));

  test("only what follows a pipe is piped", () => {
    const commands = parser.parse("cat a | head && cat b").commands!;
    expect(commands.map((command) => command.isPiped)).toEqual([false, true, false]);
  });

  test.each(["cat *.ts", "ls ~", "ls {a,b}", "cat a?", "ls [ab]", "cat x[0-9].txt"])("%s is not literal", (script) => {
    expect(parser.parse(script).commands?.every((command) => command.isLiteral) ?? false).toBe(false);
  });
  test.each(["cat '*.ts'", 'ls "~"', "echo \\*", "cat a.txt"])("%s is literal", (script) => {
    expect(parser.parse(script).commands![0]!.isLiteral).toBe(true);
  });
});

describe("scripts that are more than plain words", () => {
  test.each([
    "",
    "# nothing",
    "ls > out",
    "ls 2>&1",
    "cat < in",
    "cat $HOME",
    'echo "$x"',
    "echo $(id)",
    "echo `id`",
    'echo "`id`"',
    "FOO=1 ls",
    "FOO=1",
    "ls &",
    "ls & cat b",
    "ls |& cat",
    "! ls",
    "(ls)",
    "{ ls; }",
    "if true; then ls; fi",
    "for i in 1 2; do ls; done",
    "f() { ls; }; f",
    "cat <(ls)",
    "echo $'a'",
    "[[ -f a ]]",
    "ls 'unclosed",
    "cat <<EOF\nx\nEOF",
    "cat <<< x",
    "ls\0",
  ])("%j", (script) => expect(words(script)).toBeNull());
});

describe("patches handed to apply_patch", () => {
  const text = "*** Begin Patch\n*** Delete File: a\n*** End Patch";

  test.each<[string, string | null]>([
    [`apply_patch <<'EOF'\n${text}\nEOF`, null],
    [`apply_patch <<'EOF'\n${text}\nEOF\n`, null],
    [`apply_patch <<"PATCH"\n${text}\nPATCH`, null],
    [`applypatch <<EOF\n${text}\nEOF`, null],
    [`cd sub/dir && apply_patch <<'EOF'\n${text}\nEOF`, "sub/dir"],
    [`cd 'my dir' && apply_patch <<'EOF'\n${text}\nEOF\n`, "my dir"],
    [`apply_patch '${text}'`, null],
  ])("%j", (script, directory) => {
    const { patch } = parser.parse(script);
    expect(patch?.directory).toBe(directory);
    expect(patch?.patch.trim()).toBe(text);
  });

  test.each([
    `apply_patch <<'EOF' && ls\n${text}\nEOF`,
    `apply_patch <<'EOF' | cat\n${text}\nEOF`,
    `apply_patch <<'EOF'\n${text}\nEOF\nls`,
    `apply_patch <<'EOF' &\n${text}\nEOF`,
    `cd a; apply_patch <<'EOF'\n${text}\nEOF`,
    `cd a && cd b && apply_patch <<'EOF'\n${text}\nEOF`,
    `cd $X && apply_patch <<'EOF'\n${text}\nEOF`,
    `ls && apply_patch <<'EOF'\n${text}\nEOF`,
    `cat <<'EOF'\n${text}\nEOF`,
    `apply_patch x <<'EOF'\n${text}\nEOF`,
    "apply_patch",
  ])("is left to the shell: %j", (script) => expect(parser.parse(script).patch).toBeNull());
});
