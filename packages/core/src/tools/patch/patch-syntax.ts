/** What a parsed patch is made of, and the grammar that the model is held to. */

export type ChangeLine =
  | { readonly type: "context"; readonly text: string }
  | { readonly type: "remove"; readonly text: string }
  | { readonly type: "add"; readonly text: string };

export interface Chunk {
  /** The text after `@@`: one line of the file, after which the chunk is searched. */
  readonly context: string | null;
  /** Never empty. */
  readonly lines: readonly ChangeLine[];
  /** The chunk must end where the file ends (`*** End of File`). */
  readonly atEndOfFile: boolean;
}

/** Paths are as the patch has them: relative to the working directory, or absolute. */
export type Hunk =
  | { readonly type: "add"; readonly path: string; readonly text: string }
  | { readonly type: "delete"; readonly path: string }
  | {
      readonly type: "update";
      readonly path: string;
      readonly movePath: string | null;
      readonly chunks: readonly Chunk[];
    };

/** Lark, as the Responses API takes it for a freeform tool. The parser is more forgiving than this; the model is not told. */
export const PATCH_GRAMMAR = `start: begin_patch hunk+ end_patch
begin_patch: "*** Begin Patch" LF
end_patch: "*** End Patch" LF?

hunk: add_hunk | delete_hunk | update_hunk
add_hunk: "*** Add File: " filename LF add_line+
delete_hunk: "*** Delete File: " filename LF
update_hunk: "*** Update File: " filename LF change_move? change?

filename: /(.+)/
add_line: "+" /(.*)/ LF -> line

change_move: "*** Move to: " filename LF
change: (change_context | change_line)+ eof_line?
change_context: ("@@" | "@@ " /(.+)/) LF
change_line: ("+" | "-" | " ") /(.*)/ LF
eof_line: "*** End of File" LF

%import common.LF
`;
