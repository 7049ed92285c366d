/** Admits every call at once. */
import type { ModelGate } from "../ports.ts";

export const openGate: ModelGate = {
  admit: async () => ({
    type: "granted",
    call: { id: crypto.randomUUID(), source: "pool", credential: "operator" },
  }),
};
