import { useCallback, useEffect, useState } from "react";
import { App } from "./app.tsx";
import { SignInScreen, UnreachableScreen } from "./features/sign-in/sign-in-screen.tsx";
import { connectSession } from "./session/connect.ts";
import type { Session } from "./session/session.ts";
import { readSignIn } from "./session/sign-in.ts";

/** One connection for the life of the page, however often the page asks. */
let session: Session | null = null;
function theSession(owner: string, userId: string): Session {
  session ??= connectSession(owner, userId);
  return session;
}

type Entry =
  | { readonly type: "asking" }
  | { readonly type: "signedOut" }
  | { readonly type: "unreachable"; readonly message: string }
  | { readonly type: "signedIn"; readonly session: Session };

/** Asks who is there before anything else; connects once it is known. */
export function Entrance() {
  const [entry, setEntry] = useState<Entry>({ type: "asking" });
  const ask = useCallback(async () => {
    const signIn = await readSignIn();
    if (signIn.type !== "signedIn") return setEntry(signIn);
    setEntry({ type: "signedIn", session: theSession(signIn.owner, signIn.userId) });
  }, []);
  useEffect(() => void ask(), [ask]);
  switch (entry.type) {
    case "asking":
      return null;
    case "signedOut":
      return <SignInScreen />;
    case "unreachable":
      return <UnreachableScreen message={entry.message} onRetry={() => void ask()} />;
    case "signedIn":
      return <App session={entry.session} />;
  }
}
