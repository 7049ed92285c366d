import type { ConnectionState } from "@skein/client/connection/state";
import type { DatabaseStatus } from "@skein/protocol/notifications/server";
import { RefreshCw, TriangleAlert, WifiOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useNow } from "../../lib/use-now.ts";
import { useSession, useStore } from "../../session/session-context.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { NoticeBar } from "../../ui/notice-bar.tsx";
import { presentConnection } from "./present-connection.ts";

export function ConnectionBar() {
  const session = useSession();
  const state = useStore(session.state);
  const database = useStore(session.database);
  const brokenAtMs = useBrokenAt(state);
  const nowMs = useNow(500, state.type !== "live");
  const brokenAtText = brokenAtMs === null ? "" : new Date(brokenAtMs).toLocaleTimeString();
  const notice = presentConnection({ state, database, brokenAtMs, nowMs, brokenAtText });
  const returned = useReturnWords(state, database);
  useAnnounceReturn(notice !== null, state, returned);
  const isMoving = notice?.tone === "warning" && state.type !== "live";
  const icon = state.type === "offline" ? WifiOff : isMoving ? RefreshCw : TriangleAlert;
  return (
    <div role="status" aria-label="Connection">
      {notice !== null && (
        <NoticeBar
          tone={notice.tone}
          icon={icon}
          text={
            <>
              {notice.text}
              {notice.countdown !== null && <span aria-hidden="true"> {notice.countdown}</span>}
            </>
          }
        >
          {notice.action === "retry" && (
            <Button look="quiet" onClick={() => session.retryNow()}>
              Retry now
            </Button>
          )}
          {(notice.action === "reload" || notice.action === "signIn") && (
            <Button look="quiet" onClick={() => location.reload()}>
              {notice.action === "signIn" ? "Sign in" : "Reload"}
            </Button>
          )}
        </NoticeBar>
      )}
    </div>
  );
}

/** When the connection was lost; null before it first stood and while it stands. */
function useBrokenAt(state: ConnectionState): number | null {
  const [brokenAt, setBrokenAt] = useState<number | null>(null);
  const stood = useRef(false);
  useEffect(() => {
    if (state.type === "live") {
      stood.current = true;
      setBrokenAt(null);
    } else if (stood.current) {
      setBrokenAt((before) => before ?? Date.now());
    }
  }, [state.type]);
  return brokenAt;
}

/** What was the matter last, as its end is announced. */
function useReturnWords(state: ConnectionState, database: DatabaseStatus): string {
  const words = useRef("");
  if (state.type !== "live") words.current = "Back online";
  else if (database.state === "unavailable") words.current = "Saving works again";
  return words.current;
}

/** Says so once a break that was shown is over. The bar itself is a status and is read as it appears. */
function useAnnounceReturn(shown: boolean, state: ConnectionState, words: string): void {
  const announce = useAnnounce();
  const wasShown = useRef(false);
  useEffect(() => {
    if (shown) wasShown.current = true;
    else if (wasShown.current && state.type === "live") {
      wasShown.current = false;
      announce(words);
    }
  }, [shown, state.type, words, announce]);
}
