import type { RateLimitSnapshot } from "@skein/protocol/rate-limits";
import { Gauge } from "lucide-react";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { useNow } from "../../lib/use-now.ts";
import { usePerson } from "../../session/person.ts";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { NoticeBar } from "../../ui/notice-bar.tsx";
import { presentLittleLeft } from "./present-usage.ts";

/** Says when little is left of what the person may use, wherever they are. */
export function UsageBar() {
  const limits = useLimits();
  const nowMs = useNow(60_000, limits !== null);
  // Who may only read uses nothing up.
  const reads = usePerson().role === "viewer";
  const notice = limits === null || reads ? null : presentLittleLeft(limits, nowMs);
  return (
    <div role="status" aria-label="Usage">
      {notice !== null && (
        <NoticeBar tone={notice.spent ? "danger" : "warning"} icon={Gauge} text={notice.text}>
          <Link href="/settings/usage">Usage</Link>
        </NoticeBar>
      )}
    </div>
  );
}

/** As they were asked for with the connection, and as they have changed since; null until then. */
function useLimits(): RateLimitSnapshot | null {
  const session = useSession();
  const live = useIsLive();
  const [limits, setLimits] = useState<RateLimitSnapshot | null>(null);
  useEffect(() => {
    if (!live) return;
    session.request("account/rateLimits/read", null).then(
      ({ rateLimits }) => setLimits(rateLimits),
      () => {},
    );
    return session.onNotification((notification) => {
      if (notification.method === "account/rateLimits/updated") setLimits(notification.params.rateLimits);
    });
  }, [session, live]);
  return limits;
}
