import type { Right } from "@skein/protocol/right";

export type SharePart = "people" | "links";

/**
 * What of the share dialog is for the reader. Whoever reads a thread may know who else does; links are made and seen by those who
 * may manage it. `rights`: the reader's on the thread; null: nobody has said. Without accounts there is nobody to share with but by link.
 */
export function deriveShareParts(rights: readonly Right[] | null, accounts: boolean): readonly SharePart[] {
  if (rights === null) return [];
  return [
    ...(accounts && rights.includes("read") ? (["people"] as const) : []),
    ...(rights.includes("manage") ? (["links"] as const) : []),
  ];
}
