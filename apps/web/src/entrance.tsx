import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { App } from "./app.tsx";
import { JoinScreen } from "./features/sign-in/join-screen.tsx";
import { FirstOwnerScreen, NewPasswordScreen } from "./features/sign-in/link-screens.tsx";
import { PasswordScreen } from "./features/sign-in/password-screen.tsx";
import { SignInScreen, UnreachableScreen } from "./features/sign-in/sign-in-screen.tsx";
import { connectSession } from "./session/connect.ts";
import type { Person } from "./session/person.ts";
import type { Session } from "./session/session.ts";
import { invitationOfPage, readSignIn, type SignIn } from "./session/sign-in.ts";

// Whoever follows a link needs little of the rest, and whoever works here seldom this.
const ViewerScreen = lazy(() =>
  import("./features/viewer-page/viewer-screen.tsx").then((m) => ({ default: m.ViewerScreen })),
);

/** One connection for the life of the page, however often the page asks. */
let session: Session | null = null;
function theSession(owner: string, userId: string): Session {
  session ??= connectSession(owner, userId);
  return session;
}

type Entry =
  | { readonly type: "asking" }
  | Exclude<SignIn, { readonly type: "signedIn" }>
  | { readonly type: "signedIn"; readonly session: Session; readonly person: Person }
  /** Somebody who is signed in follows an invitation. */
  | { readonly type: "invited"; readonly person: Person };

/** Behind the #, where no server and no proxy sees it. */
const secretOfLink = () => location.hash.slice(1);

/** A shared thread opens without asking who comes. */
export function Entrance() {
  if (location.pathname !== "/shared") return <FrontDoor />;
  return (
    <Suspense fallback={null}>
      <ViewerScreen token={secretOfLink()} />
    </Suspense>
  );
}

/** Asks who is there before anything else; connects once it is known. */
function FrontDoor() {
  const [entry, setEntry] = useState<Entry>({ type: "asking" });
  const ask = useCallback(async () => {
    const signIn = await readSignIn();
    if (signIn.type !== "signedIn") return setEntry(signIn);
    const { owner, person } = signIn;
    if (location.pathname === "/join") return setEntry({ type: "invited", person });
    setEntry({ type: "signedIn", session: theSession(owner, person.userId), person });
  }, []);
  useEffect(() => void ask(), [ask]);
  switch (entry.type) {
    case "asking":
      return null;
    case "signedOut":
      return <SignedOut entry={entry} />;
    case "invited":
      return <JoinScreen token={invitationOfPage()} person={entry.person} door={null} problem={null} />;
    case "unreachable":
      return <UnreachableScreen message={entry.message} onRetry={() => void ask()} />;
    case "signedIn":
      return <App session={entry.session} person={entry.person} />;
  }
}

function SignedOut({ entry: { door } }: { readonly entry: Extract<SignIn, { readonly type: "signedOut" }> }) {
  if (!door.accounts) return <SignInScreen />;
  const problem = new URLSearchParams(location.search).get("problem");
  switch (location.pathname) {
    case "/join":
      return <JoinScreen token={invitationOfPage()} person={null} door={door} problem={problem} />;
    case "/first-owner":
      return <FirstOwnerScreen token={secretOfLink()} />;
    case "/new-password":
      return <NewPasswordScreen token={secretOfLink()} />;
    default:
      return <PasswordScreen door={door} problem={problem} />;
  }
}
