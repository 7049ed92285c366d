/**
 * Reads scripts with tree-sitter's bash grammar. Everything that is not known to be plain makes the whole script not
 * plain: what decides about safety must never take a script for simpler than bash does.
 */
import { createRequire } from "node:module";
import { Language, type Node, Parser } from "web-tree-sitter";
import type { ParsedScript, PlainCommand, ScriptedPatch, ScriptParser } from "./script.ts";
import { type ReadWord, readWord } from "./word.ts";

/** Longer scripts are not looked into; parsing takes time in proportion. */
const MAX_SCRIPT_CHARS = 256 * 1024;

let loading: Promise<ScriptParser> | undefined;

/** The grammar is WebAssembly and is loaded once per process, in about 12 ms. */
export function loadScriptParser(): Promise<ScriptParser> {
  loading ??= load();
  return loading;
}

async function load(): Promise<ScriptParser> {
  const grammar = createRequire(import.meta.url).resolve("tree-sitter-bash/tree-sitter-bash.wasm");
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  return {
    parse(script) {
      if (script.length > MAX_SCRIPT_CHARS || script.includes("\0")) return { commands: null, patch: null };
      const tree = parser.parse(script);
      if (tree === null) return { commands: null, patch: null };
      try {
        return readTree(tree.rootNode);
      } finally {
        tree.delete();
      }
    },
  };
}

function readTree(root: Node): ParsedScript {
  if (root.hasError) return { commands: null, patch: null };
  const commands: PlainCommand[] = [];
  const isPlain = collect(root, false, commands) && commands.length > 0;
  return {
    commands: isPlain ? commands : null,
    patch: readHeredocPatch(root) ?? (isPlain ? readArgumentPatch(commands) : null),
  };
}

/** Adds the commands under `node` in their order; false as soon as something is not plain. */
function collect(node: Node, isPiped: boolean, into: PlainCommand[]): boolean {
  switch (node.type) {
    case "program":
    case "list":
      return node.children.every((child) => isJoint(child, [";", "&&", "||", "\n"]) || collect(child, isPiped, into));
    case "pipeline":
      return node.children.every((child, index) => isJoint(child, ["|"]) || collect(child, isPiped || index > 0, into));
    case "command": {
      const words = readCommand(node);
      if (words === null) return false;
      into.push({ words: words.map((word) => word.text), isLiteral: words.every((word) => word.isLiteral), isPiped });
      return true;
    }
    case "comment":
      return true;
    default:
      return false;
  }
}

function isJoint(node: Node, joints: readonly string[]): boolean {
  return !node.isNamed && joints.includes(node.type);
}

function readCommand(node: Node): readonly ReadWord[] | null {
  const words: ReadWord[] = [];
  for (const child of node.children) {
    const word = child.type === "command_name" && child.childCount === 1 ? readWord(child.child(0)!) : readWord(child);
    if (word === null) return null;
    words.push(word);
  }
  return words.length === 0 ? null : words;
}

const PATCH_COMMANDS: readonly string[] = ["apply_patch", "applypatch"];

/** `apply_patch <<'EOF' …`, also after `cd somewhere &&`, and nothing besides. */
function readHeredocPatch(root: Node): ScriptedPatch | null {
  const statement = root.childCount === 1 ? root.child(0) : null;
  if (statement?.type !== "redirected_statement" || statement.namedChildCount !== 2) return null;
  const [body, redirect] = statement.namedChildren;
  if (redirect?.type !== "heredoc_redirect" || body === undefined) return null;
  const parts = redirect.namedChildren.map((child) => child.type);
  if (parts.join(" ") !== "heredoc_start heredoc_body heredoc_end") return null;
  if (redirect.child(0)?.type !== "<<") return null;
  // Without quotes around the tag the shell would expand the text; a patch means its text as it stands.
  const patch = redirect.namedChildren[1]!.text;

  const isChange = body.type === "list" && body.children.map((child) => child.type).join(" ") === "command && command";
  const before: PlainCommand[] = [];
  if (!collect(body, false, before)) return null;
  const [first, second] = before;
  if (isChange && first !== undefined && second !== undefined && isPatchCommand(second.words, 1)) {
    return isDirectoryChange(first) ? { patch, directory: first.words[1]! } : null;
  }
  return before.length === 1 && isPatchCommand(first!.words, 1) ? { patch, directory: null } : null;
}

/** `apply_patch '*** Begin Patch …'`. */
function readArgumentPatch(commands: readonly PlainCommand[]): ScriptedPatch | null {
  const [only] = commands;
  return commands.length === 1 && isPatchCommand(only!.words, 2) && only!.isLiteral
    ? { patch: only!.words[1]!, directory: null }
    : null;
}

function isPatchCommand(words: readonly string[], wordCount: number): boolean {
  return words.length === wordCount && PATCH_COMMANDS.includes(words[0]!);
}

function isDirectoryChange(command: PlainCommand): boolean {
  return command.words[0] === "cd" && command.words.length === 2 && command.isLiteral;
}
