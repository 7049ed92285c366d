/**
 * The account at the model's provider. The operator's key serves everyone and a client signs in to Skein, not to the
 * provider: there is no account to show and nothing to sign in to.
 */
import type { Handlers } from "./handler.ts";

type Methods = "account/read" | "account/rateLimits/read" | "account/bedrock/checkGovCloudRequirements";

const noLimits = {
  limitId: null,
  limitName: null,
  normalModelSlug: null,
  primary: null,
  secondary: null,
  credits: null,
  individualLimit: null,
  spendControlReached: null,
  planType: null,
  rateLimitReachedType: null,
};

export const accountHandlers: Handlers<Methods> = {
  "account/read": () => ({ account: null, userId: null, requiresOpenaiAuth: false, workspaceRouting: null }),
  "account/rateLimits/read": () => ({ rateLimits: noLimits }),
  "account/bedrock/checkGovCloudRequirements": () => ({ isGovCloud: false, shouldWarn: false }),
};
