import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { Spinner } from "../../ui/spinner.tsx";
import { EntryScreen } from "../sign-in/entry-screen.tsx";

/** Once per visit, also where React shows the page twice. */
let begun: Promise<string> | null = null;

/** Makes a thread of the person's own of what a link shows, and goes there. */
export function CopySharedPage() {
  const session = useSession();
  const live = useIsLive();
  const [, navigate] = useLocation();
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (!live) return;
    begun ??= session.request("skein/share/copy", { token: location.hash.slice(1) }).then(({ threadId }) => threadId);
    begun.then(
      (threadId) => {
        begun = null;
        navigate(`/t/${threadId}`, { replace: true });
      },
      (error: unknown) => {
        begun = null;
        setProblem(error instanceof Error ? error.message : String(error));
      },
    );
  }, [session, live, navigate]);
  return (
    <EntryScreen title={problem === null ? "Making your copy…" : "No copy was made"} intro={problem ?? undefined}>
      {problem === null ? <Spinner size={16} /> : <a href="/">Go to Skein</a>}
    </EntryScreen>
  );
}
