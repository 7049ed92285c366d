/** All handlers of the server; a method of the registry without one does not type-check. */
import type { Isolation } from "@skein/core/ports";
import { accountHandlers } from "./account.ts";
import { auditHandlers } from "./audit.ts";
import { backgroundTerminalHandlers } from "./background-terminal.ts";
import { capabilityHandlers } from "./capability.ts";
import type { ClientConnection } from "./client-connection.ts";
import { commandExecHandlers } from "./command-exec.ts";
import { commentHandlers } from "./comment.ts";
import { configHandlers } from "./config.ts";
import { type ErrandServices, fsHandlers } from "./fs.ts";
import { fsWatchHandlers } from "./fs-watch.ts";
import { fuzzyFileSearchHandlers } from "./fuzzy-file-search.ts";
import { gitCredentialHandlers } from "./git-credential.ts";
import type { Handlers } from "./handler.ts";
import { initializeHandlers } from "./initialize.ts";
import { type MemberServices, memberHandlers } from "./member.ts";
import { modelHandlers } from "./model.ts";
import { type CredentialServices, modelCredentialHandlers } from "./model-credential.ts";
import { networkPolicyHandlers } from "./network-policy.ts";
import { presenceHandlers } from "./presence.ts";
import { processHandlers } from "./process.ts";
import { type Gauges, serverHandlers } from "./server.ts";
import { type ShareServices, shareHandlers } from "./share.ts";
import { type CopyServices, shareCopyHandlers } from "./share-copy.ts";
import { specialTurnHandlers } from "./special-turn.ts";
import { threadListHandlers } from "./thread-list.ts";
import { threadManageHandlers } from "./thread-manage.ts";
import { threadOpenHandlers } from "./thread-open.ts";
import { threadQueueHandlers } from "./thread-queue.ts";
import { threadReadHandlers } from "./thread-read.ts";
import { threadSettingsUpdateHandlers } from "./thread-settings-update.ts";
import { type SharingServices, threadSharingHandlers } from "./thread-sharing.ts";
import { tokenHandlers } from "./token.ts";
import { turnHandlers } from "./turn.ts";
import { type UsageServices, usageHandlers } from "./usage.ts";
import { type WorkspaceServices, workspaceHandlers } from "./workspace.ts";
import { type CloneServices, workspaceCloneHandlers } from "./workspace-clone.ts";

export interface HandlerServices
  extends SharingServices,
    MemberServices,
    ShareServices,
    CopyServices,
    UsageServices,
    WorkspaceServices,
    CloneServices,
    CredentialServices,
    ErrandServices {
  /** Of the machine where workspaces are made. */
  isolation(): Isolation;
  readonly dataDirectory: string;
  gauges(): Gauges;
  tokenRevoked(tokenId: string): void;
  greeted(connection: ClientConnection): void;
}

export function allHandlers(services: HandlerServices): Handlers {
  const { models, isolation } = services;
  return {
    ...initializeHandlers(services.dataDirectory, services.greeted),
    ...threadOpenHandlers(services),
    ...threadReadHandlers(services),
    ...threadListHandlers(services),
    ...threadManageHandlers(services),
    ...threadSettingsUpdateHandlers(services),
    ...threadSharingHandlers(services),
    ...presenceHandlers(services),
    ...commentHandlers(services),
    ...turnHandlers(services),
    ...threadQueueHandlers(services),
    ...specialTurnHandlers(services),
    ...backgroundTerminalHandlers(services),
    ...modelHandlers(models),
    ...configHandlers(models),
    ...accountHandlers,
    ...capabilityHandlers(services),
    ...serverHandlers(models, isolation, services.accounts ? null : services.gauges),
    ...workspaceHandlers(services),
    ...fsHandlers(services),
    ...fsWatchHandlers(services),
    ...workspaceCloneHandlers(services),
    ...commandExecHandlers(services),
    ...processHandlers(services),
    ...fuzzyFileSearchHandlers(services),
    ...tokenHandlers(services.withTenant, () => services.clock.now(), services.tokenRevoked),
    ...memberHandlers(services),
    ...auditHandlers(services.withTenant),
    ...shareHandlers(services),
    ...shareCopyHandlers(services),
    ...modelCredentialHandlers(services),
    ...gitCredentialHandlers(services),
    ...networkPolicyHandlers(services.withTenant),
    ...usageHandlers(services),
  };
}
