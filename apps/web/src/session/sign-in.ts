/** The browser's sign-in: a cookie that the server set, and that only the server can read. */

/** Where the server tells who is signed in. */
export const sessionPath = "/api/session";

export type SignIn =
  /** `owner` tells people apart: nothing of one is to be taken for another's. `userId`: within the tenant. */
  | { readonly type: "signedIn"; readonly owner: string; readonly userId: string }
  | { readonly type: "signedOut" }
  | { readonly type: "unreachable"; readonly message: string };

export async function readSignIn(): Promise<SignIn> {
  try {
    const response = await fetch(sessionPath, { headers: { accept: "application/json" } });
    if (response.status === 401) return { type: "signedOut" };
    if (!response.ok) return { type: "unreachable", message: `The server answered ${response.status}.` };
    const { tenantId, userId } = (await response.json()) as { readonly tenantId: string; readonly userId: string };
    return { type: "signedIn", owner: `${tenantId}.${userId}`, userId };
  } catch {
    return { type: "unreachable", message: "The server does not answer." };
  }
}

/** Ends the browser's sign-in and shows the sign-in screen; drafts stay in the browser. */
export async function signOut(): Promise<void> {
  await fetch("/api/sign-out", { method: "POST" }).catch(() => {});
  location.assign("/");
}
