import type { ShareLevel } from "@skein/protocol/methods/share";
import { postAccountApi } from "../../session/account-api.ts";

/** What a link shows, as the server tells its page. Times in milliseconds since the epoch. */
export interface ShareInfo {
  readonly threadId: string;
  readonly title: string;
  readonly level: ShareLevel;
  readonly sharedBy: string;
  readonly isLive: boolean;
  readonly withHistory: boolean;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** The name of who is signed in besides; null: nobody. */
  readonly signedInAs: string | null;
}

export type ShareReply =
  | { readonly type: "open"; readonly info: ShareInfo }
  | { readonly type: "nowhere" }
  | { readonly type: "unreachable" };

export async function readShare(token: string): Promise<ShareReply> {
  const reply = await postAccountApi<ShareInfo>("/api/share", { token });
  if (reply.ok) return { type: "open", info: reply.body };
  const { error } = reply.failure;
  return { type: error === "shareLinkNotFound" || error === "invalid" ? "nowhere" : "unreachable" };
}
