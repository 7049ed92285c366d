import type { ConnectionState } from "@skein/client/connection/state";
import { RefreshCw, TriangleAlert, WifiOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useNow } from "../../lib/use-now.ts";
import { useSession, useStore } from "../../session/session-context.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import styles from "./connection-bar.module.css";
import { presentConnection } from "./present-connection.ts";

export function ConnectionBar() {
  const session = useSession();
  const state = useStore(session.state);
  const brokenAtMs = useBrokenAt(state);
  const nowMs = useNow(500, state.type !== "live");
  const brokenAtText = brokenAtMs === null ? "" : new Date(brokenAtMs).toLocaleTimeString();
  const notice = presentConnection({ state, brokenAtMs, nowMs, brokenAtText });
  useAnnounceReturn(notice !== null, state);
  const Icon = state.type === "offline" ? WifiOff : notice?.tone === "warning" ? RefreshCw : TriangleAlert;
  return (
    <div role="status">
      {notice !== null && (
        <div className={classNames(styles.bar, styles[notice.tone])}>
          <Icon size={14} aria-hidden="true" />
          <span className={styles.text}>{notice.text}</span>
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
        </div>
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

/** Says "Back online" once a break that was shown is over. The bar itself is a status and is read as it appears. */
function useAnnounceReturn(shown: boolean, state: ConnectionState): void {
  const announce = useAnnounce();
  const wasShown = useRef(false);
  useEffect(() => {
    if (shown) wasShown.current = true;
    else if (wasShown.current && state.type === "live") {
      wasShown.current = false;
      announce("Back online");
    }
  }, [shown, state.type, announce]);
}
