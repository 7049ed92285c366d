/** A shell script as far as it is nothing but commands of plain words, joined by `&&`, `||`, `;`, `|` or new lines. */

export interface PlainCommand {
  /** The words as the command receives them, quotes and backslashes resolved. Never empty. */
  readonly words: readonly string[];
  /** False: the shell expands a word first (`*`, `~`, `{a,b}`), so the words are not what the command will see. */
  readonly isLiteral: boolean;
  /** Whether its standard input is the output of the command before it. */
  readonly isPiped: boolean;
}

/** A patch that a script hands to `apply_patch`, in the directory that a `cd` before it chose. */
export interface ScriptedPatch {
  readonly patch: string;
  /** As written; null: where the script starts. */
  readonly directory: string | null;
}

export interface ParsedScript {
  /** null: the script holds anything else (redirections, variables, substitutions, control flow, background jobs). */
  readonly commands: readonly PlainCommand[] | null;
  /** Set when the script does nothing but apply one patch. */
  readonly patch: ScriptedPatch | null;
}

export interface ScriptParser {
  parse(script: string): ParsedScript;
}
