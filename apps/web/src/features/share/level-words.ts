import type { Right } from "@skein/protocol/right";

export const levelChoices: readonly { readonly value: Right; readonly label: string }[] = [
  { value: "read", label: "May read" },
  { value: "prompt", label: "May prompt" },
  { value: "approve", label: "May approve" },
  { value: "manage", label: "May manage" },
];

/** What counts: a viewer only reads, an owner may do everything, whatever was granted. */
export function presentLevel(role: "owner" | "member" | "viewer", level: Right): string | null {
  if (role === "owner") return "Owner of the team: may do everything";
  return role === "viewer" && level !== "read" ? "A viewer only reads" : null;
}
