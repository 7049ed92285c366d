import type { Right, Role } from "@skein/protocol/right";

export const roleChoices: readonly { readonly value: Role; readonly label: string }[] = [
  { value: "owner", label: "Owner" },
  { value: "member", label: "Member" },
  { value: "viewer", label: "Viewer" },
];

export function roleWord(role: Role): string {
  return roleChoices.find(({ value }) => value === role)?.label ?? role;
}

export const rightChoices: readonly { readonly value: Right; readonly label: string }[] = [
  { value: "read", label: "Read threads" },
  { value: "prompt", label: "Prompt, and start threads" },
  { value: "approve", label: "Approve what the agent asks" },
  { value: "manage", label: "Manage threads, tokens and members" },
];
