import { execCommandTool } from "./command/exec-command-tool.ts";
import { writeStdinTool } from "./command/write-stdin-tool.ts";
import { applyPatchTool } from "./patch/apply-patch-tool.ts";
import { updatePlanTool } from "./plan/update-plan-tool.ts";
import { requestUserInputTool } from "./question/request-user-input-tool.ts";
import type { ToolDefinition } from "./tool.ts";

/** What every thread with an environment offers its model. The order is part of the prompt's cached prefix. */
export const defaultTools: readonly ToolDefinition[] = [
  execCommandTool,
  writeStdinTool,
  applyPatchTool,
  updatePlanTool,
  requestUserInputTool,
];
