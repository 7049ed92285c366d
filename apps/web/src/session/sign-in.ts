/** The browser's sign-in: a cookie that the server set, and that only the server can read. */

/** Where the server tells who is signed in. */
export const sessionPath = "/api/session";

export type SignIn =
  | { readonly type: "signedIn" }
  | { readonly type: "signedOut" }
  | { readonly type: "unreachable"; readonly message: string };

export async function readSignIn(): Promise<SignIn> {
  try {
    const response = await fetch(sessionPath, { headers: { accept: "application/json" } });
    if (response.status === 401) return { type: "signedOut" };
    return response.ok
      ? { type: "signedIn" }
      : { type: "unreachable", message: `The server answered ${response.status}.` };
  } catch {
    return { type: "unreachable", message: "The server does not answer." };
  }
}

/** Ends the browser's sign-in and shows the sign-in screen; drafts stay in the browser. */
export async function signOut(): Promise<void> {
  await fetch("/api/sign-out", { method: "POST" }).catch(() => {});
  location.assign("/");
}
