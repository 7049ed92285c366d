/** Every method that the server answers, by name. A group per file in `methods/`; this file only gathers. */
import type { z } from "zod";
import { accountMethods } from "./methods/account.ts";
import { auditMethods } from "./methods/audit.ts";
import { backgroundTerminalMethods } from "./methods/background-terminal.ts";
import { capabilityMethods } from "./methods/capability.ts";
import { commandExecMethods } from "./methods/command-exec.ts";
import { commentMethods } from "./methods/comment.ts";
import { configMethods } from "./methods/config.ts";
import { fsMethods } from "./methods/fs.ts";
import { fuzzyFileSearchMethods } from "./methods/fuzzy-file-search.ts";
import { gitCredentialMethods } from "./methods/git-credential.ts";
import { initializeMethods } from "./methods/initialize.ts";
import { memberMethods } from "./methods/member.ts";
import { modelMethods } from "./methods/model.ts";
import { modelCredentialMethods } from "./methods/model-credential.ts";
import { networkPolicyMethods } from "./methods/network-policy.ts";
import { presenceMethods } from "./methods/presence.ts";
import { processMethods } from "./methods/process.ts";
import { serverMethods } from "./methods/server.ts";
import { shareMethods } from "./methods/share.ts";
import { specialTurnMethods } from "./methods/special-turn.ts";
import { threadListMethods } from "./methods/thread-list.ts";
import { threadManageMethods } from "./methods/thread-manage.ts";
import { threadOpenMethods } from "./methods/thread-open.ts";
import { threadQueueMethods } from "./methods/thread-queue.ts";
import { threadReadMethods } from "./methods/thread-read.ts";
import { threadSettingsUpdateMethods } from "./methods/thread-settings-update.ts";
import { threadSharingMethods } from "./methods/thread-sharing.ts";
import { tokenMethods } from "./methods/token.ts";
import { turnMethods } from "./methods/turn.ts";
import { usageMethods } from "./methods/usage.ts";
import { workspaceMethods } from "./methods/workspace.ts";

export const methods = {
  ...initializeMethods,
  ...threadOpenMethods,
  ...threadReadMethods,
  ...threadListMethods,
  ...threadManageMethods,
  ...threadSettingsUpdateMethods,
  ...threadSharingMethods,
  ...presenceMethods,
  ...commentMethods,
  ...turnMethods,
  ...threadQueueMethods,
  ...specialTurnMethods,
  ...backgroundTerminalMethods,
  ...modelMethods,
  ...configMethods,
  ...accountMethods,
  ...capabilityMethods,
  ...serverMethods,
  ...workspaceMethods,
  ...fsMethods,
  ...commandExecMethods,
  ...processMethods,
  ...fuzzyFileSearchMethods,
  ...tokenMethods,
  ...memberMethods,
  ...auditMethods,
  ...shareMethods,
  ...modelCredentialMethods,
  ...gitCredentialMethods,
  ...networkPolicyMethods,
  ...usageMethods,
} as const;

export type MethodName = keyof typeof methods;

/** Params as a handler gets them: parsed, defaults filled in. */
export type ParamsOf<M extends MethodName> = z.output<(typeof methods)[M]["params"]>;

/** Params as a client writes them. */
export type ParamsInput<M extends MethodName> = z.input<(typeof methods)[M]["params"]>;

export type ResultOf<M extends MethodName> = z.output<(typeof methods)[M]["result"]>;

export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}
