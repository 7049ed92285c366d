import { z } from "zod";

/** To everybody in the tenant. Safe to lose: what lists a person's tenants says the same. */
export const tenantNotifications = {
  /** The reader's own has another name. */
  "skein/tenant/changed": z.object({ name: z.string() }),
} as const;
