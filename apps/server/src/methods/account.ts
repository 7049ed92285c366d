/**
 * The account at the model's provider. The operator's key serves everyone and a client signs in to Skein, not to the
 * provider: there is no account to show and nothing to sign in to.
 */
import type { Handlers } from "./handler.ts";

type Methods = "account/read" | "account/bedrock/checkGovCloudRequirements";

export const accountHandlers: Handlers<Methods> = {
  "account/read": () => ({ account: null, userId: null, requiresOpenaiAuth: false, workspaceRouting: null }),
  "account/bedrock/checkGovCloudRequirements": () => ({ isGovCloud: false, shouldWarn: false }),
};
