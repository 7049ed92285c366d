import { z } from "zod";
import type { Method } from "../method.ts";

export const clientInfoSchema = z.object({ name: z.string(), title: z.string().nullish(), version: z.string() });
export type ClientInfo = z.infer<typeof clientInfoSchema>;

/** Name of an extension to its options; a name that the server does not know is not granted. */
const extensionsSchema = z.record(z.string(), z.unknown());

export const clientCapabilitiesSchema = z.object({
  experimentalApi: z.boolean().default(false),
  requestAttestation: z.boolean().default(false),
  requiredHumanApproval: z.boolean().optional(),
  explicitGatewayOauth: z.boolean().optional(),
  mcpServerOpenaiFormElicitation: z.boolean().optional(),
  /** Exact names of notifications that the client does not want. */
  optOutNotificationMethods: z.array(z.string()).nullish(),
  extensions: extensionsSchema.nullish(),
});
export type ClientCapabilities = z.infer<typeof clientCapabilitiesSchema>;

export const initializeMethods = {
  initialize: {
    beforeInitialize: true,
    params: z.object({ clientInfo: clientInfoSchema, capabilities: clientCapabilitiesSchema.nullish() }),
    result: z.object({
      userAgent: z.string(),
      codexHome: z.string(),
      platformFamily: z.string(),
      platformOs: z.string(),
      /** What was granted of the extensions asked for; absent when the client asked for none. */
      extensions: extensionsSchema.optional(),
    }),
  },
} as const satisfies Record<string, Method>;
