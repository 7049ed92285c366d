import type { ToolDefinition } from "../tool.ts";
import { resumePatchCall, runPatchCall } from "./patch-call.ts";
import { PATCH_GRAMMAR } from "./patch-syntax.ts";

export const applyPatchTool: ToolDefinition = {
  name: "apply_patch",
  parallel: false,
  startsWithItem: true,
  spec: {
    type: "custom",
    name: "apply_patch",
    description:
      "Add, change, move or delete files in one step. The input is the patch itself, as free text, not JSON. " +
      "Nothing is written unless every part of it applies.",
    format: { type: "grammar", syntax: "lark", definition: PATCH_GRAMMAR },
  },
  run: (call, context) => runPatchCall({ callId: call.callId, patch: call.input, cwd: context.settings.cwd }, context),
  resume: (call, asked, context) =>
    resumePatchCall({ callId: call.callId, patch: call.input, cwd: context.settings.cwd }, asked, context),
};
