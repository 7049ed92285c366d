import { useCallback, useEffect, useState } from "react";
import { connectToShare } from "../../session/connect.ts";
import type { Session } from "../../session/session.ts";
import { SessionContext } from "../../session/session-context.ts";
import { Announcer } from "../../ui/announcer.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { TooltipProvider } from "../../ui/tooltip.tsx";
import { EntryScreen } from "../sign-in/entry-screen.tsx";
import { UnreachableScreen } from "../sign-in/sign-in-screen.tsx";
import { readShare, type ShareInfo, type ShareReply } from "./share-info.ts";
import { ViewedThread } from "./viewed-thread.tsx";

type Opened = Exclude<ShareReply, { type: "open" }> | { readonly type: "asking" } | OpenShare;

interface OpenShare extends Extract<ShareReply, { type: "open" }> {
  readonly session: Session;
}

/** One connection for the life of the page, however often the page asks. */
let session: Session | null = null;

/** A thread that somebody shares, for whoever has the link. */
export function ViewerScreen({ token }: { readonly token: string }) {
  const [opened, setOpened] = useState<Opened>({ type: "asking" });
  const ask = useCallback(async () => {
    const reply = await readShare(token);
    if (reply.type !== "open") return setOpened(reply);
    session ??= connectToShare(token);
    setOpened({ ...reply, session });
  }, [token]);
  useEffect(() => void ask(), [ask]);
  switch (opened.type) {
    case "asking":
      return (
        <EntryScreen title="A shared thread">
          <Spinner size={16} />
        </EntryScreen>
      );
    case "nowhere":
      return (
        <EntryScreen
          title="This link leads nowhere"
          intro="It was revoked, has expired, or was never made. Ask whoever sent it for another."
        />
      );
    case "unreachable":
      return <UnreachableScreen message="The server does not answer." onRetry={() => void ask()} />;
    case "open":
      return <OpenedLink session={opened.session} info={opened.info} token={token} />;
  }
}

interface OpenedLinkProps {
  readonly session: Session;
  readonly info: ShareInfo;
  readonly token: string;
}

export function OpenedLink({ session, info, token }: OpenedLinkProps) {
  return (
    <SessionContext value={session}>
      <Announcer>
        <TooltipProvider delayDuration={500} disableHoverableContent>
          <ViewedThread info={info} token={token} />
        </TooltipProvider>
      </Announcer>
    </SessionContext>
  );
}
