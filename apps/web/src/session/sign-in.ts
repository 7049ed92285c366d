/** The browser's sign-in: a cookie that the server set, and that only the server can read. */
import { postAccountApi, readAccountApi } from "./account-api.ts";
import type { Person } from "./person.ts";

/** Where the server tells who is signed in. */
export const sessionPath = "/api/session";

/** How people come in here. */
export interface Door {
  readonly accounts: boolean;
  /** Nobody has an account yet; the first comes by a link of the console. */
  readonly firstOwner: boolean;
  /** By whom else people are known; null: by nobody. */
  readonly provider: string | null;
}

export type SignIn =
  /** `owner` tells people apart: nothing of one is to be taken for another's. */
  | { readonly type: "signedIn"; readonly owner: string; readonly person: Person }
  | { readonly type: "signedOut"; readonly door: Door }
  | { readonly type: "unreachable"; readonly message: string };

export async function readSignIn(): Promise<SignIn> {
  const session = await readAccountApi<Person>(sessionPath);
  if (session.ok) {
    const { tenantId, userId } = session.body;
    return { type: "signedIn", owner: `${tenantId}.${userId}`, person: session.body };
  }
  const door = session.failure.error === "signed out" ? await readAccountApi<Door>("/api/sign-in") : session;
  if (door.ok) return { type: "signedOut", door: door.body };
  const message = door.failure.error === "unreachable" ? "The server does not answer." : "The server is in trouble.";
  return { type: "unreachable", message };
}

/** Ends the browser's sign-in and shows the sign-in screen; drafts stay in the browser. */
export async function signOut(): Promise<void> {
  await postAccountApi("/api/sign-out", {});
  location.assign("/");
}

export type ProviderPurpose =
  | { readonly type: "signIn" | "connect" }
  | { readonly type: "join"; readonly invitation: string };

const invitationKey = "skein.invitation";

/**
 * The secret of the invitation that the page is about: behind the #, where no server and no proxy sees it. Whoever comes back from a
 * provider has it in this tab still.
 */
export function invitationOfPage(): string {
  return location.hash.slice(1) || (sessionStorage.getItem(invitationKey) ?? "");
}

/** Sends the browser to the provider. Gives why it could not. */
export async function goToProvider(purpose: ProviderPurpose): Promise<string | null> {
  const reply = await postAccountApi<{ readonly url: string }>("/api/provider/start", purpose);
  if (!reply.ok) return reply.failure.error;
  if (purpose.type === "join") sessionStorage.setItem(invitationKey, purpose.invitation);
  location.assign(reply.body.url);
  return null;
}
