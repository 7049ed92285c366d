import type { Node } from "web-tree-sitter";

export interface ReadWord {
  readonly text: string;
  readonly isLiteral: boolean;
}

/** One word of a command, or null when it is not made of plain characters and quotes alone. */
export function readWord(node: Node): ReadWord | null {
  switch (node.type) {
    case "word":
    case "number":
      // `10#$x` and the like are numbers with something inside.
      return node.namedChildCount === 0 ? readBareWord(node.text) : null;
    case "raw_string":
      return { text: node.text.slice(1, -1), isLiteral: true };
    case "string":
      return readString(node);
    case "concatenation":
      return concatenate(node.children.map(readWord));
    default:
      return null;
  }
}

/** Characters by which the shell would put other words in this one's place. */
const EXPANDED = /[*?[\]{}]|^~|[:=]~/;

function readBareWord(source: string): ReadWord | null {
  if (/[$`"'<>|&;()]/.test(source.replaceAll(/\\./gs, ""))) return null;
  const unescaped = source.replaceAll("\\\n", "").replaceAll(/\\(.)/gs, "$1");
  return { text: unescaped, isLiteral: !EXPANDED.test(source.replaceAll(/\\./gs, "")) };
}

function readString(node: Node): ReadWord | null {
  if (node.namedChildren.some((child) => child.type !== "string_content")) return null;
  const source = node.text.slice(1, -1);
  return {
    text: source.replaceAll("\\\n", "").replaceAll(/\\([\\"$`])/g, "$1"),
    isLiteral: !/[$`]/.test(unquoted(source)),
  };
}

function unquoted(source: string): string {
  return source.replaceAll(/\\./gs, "");
}

function concatenate(parts: readonly (ReadWord | null)[]): ReadWord | null {
  let text = "";
  let isLiteral = true;
  for (const part of parts) {
    if (part === null) return null;
    text += part.text;
    isLiteral &&= part.isLiteral;
  }
  return { text, isLiteral };
}
