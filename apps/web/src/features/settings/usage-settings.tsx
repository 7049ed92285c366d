import type { ResultOf } from "@skein/protocol/methods";
import type { UsageReport, UsageStanding } from "@skein/protocol/methods/usage";
import { useCallback, useEffect, useState } from "react";
import { useNow } from "../../lib/use-now.ts";
import { usePerson } from "../../session/person.ts";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { formatTokens, limitsOf, presentWindow } from "../usage/present-usage.ts";
import { UsageTable } from "../usage/usage-table.tsx";
import { WindowMeter } from "../usage/window-meter.tsx";
import { ErrorLine } from "./error-line.tsx";
import styles from "./settings-page.module.css";
import { SettingsSection } from "./settings-section.tsx";
import { UsageLimits } from "./usage-limits.tsx";
import { useAttempts } from "./use-attempts.ts";

const days = 30;

/** What one has used and may use; for owners, what the team has, and its limits. */
export function UsageSettings() {
  const session = useSession();
  const live = useIsLive();
  const { role, accounts } = usePerson();
  const leads = role === "owner" && accounts;
  const [own, setOwn] = useState<ResultOf<"skein/usage/read"> | null>(null);
  const [team, setTeam] = useState<UsageReport | null>(null);
  const { error, attempt } = useAttempts();
  const load = useCallback(async () => {
    setOwn(await session.request("skein/usage/read", { days }));
    if (leads) setTeam((await session.request("skein/usage/report", { days })).report);
  }, [session, leads]);
  useEffect(() => {
    if (live) void attempt(load());
  }, [live, load, attempt]);
  return (
    <>
      <SettingsSection title="Your usage">
        <ErrorLine error={error} />
        {own === null ? <p className={styles.note}>{live ? "Loading…" : "Not connected."}</p> : <Own {...own} />}
      </SettingsSection>
      {leads && team !== null && (
        <SettingsSection title="The team’s usage">
          <p className={styles.note}>The last {days} days.</p>
          {team.members.length > 0 && (
            <UsageTable
              caption="By member"
              rows={team.members.map(({ userId, name, ...sums }) => {
                return { key: userId ?? "nobody", name: name ?? (userId === null ? "Nobody" : "Former member"), sums };
              })}
            />
          )}
          <Report report={team} />
        </SettingsSection>
      )}
      {leads && <UsageLimits onChanged={() => void attempt(load())} />}
    </>
  );
}

function Own({ standing, report }: { readonly standing: UsageStanding; readonly report: UsageReport }) {
  const nowMs = useNow(60_000, true);
  const limits = limitsOf(standing);
  return (
    <>
      {limits.length === 0 && <p className={styles.note}>Nothing limits what you use.</p>}
      {limits.map(({ title, window }) => {
        const presented = presentWindow(window, nowMs);
        return presented && <WindowMeter key={`${title} ${window.minutes}`} title={title} {...presented} />;
      })}
      {standing.credits > 0 && (
        <p className={styles.note}>{formatTokens(standing.credits)} tokens of credits are left after that.</p>
      )}
      <Report report={report} />
    </>
  );
}

function Report({ report: { days: used, threads } }: { readonly report: UsageReport }) {
  if (used.length === 0) return <p className={styles.note}>No call of the model in the last {days} days.</p>;
  return (
    <>
      <UsageTable
        caption="By thread"
        rows={threads.slice(0, 10).map(({ threadId, name, ...sums }) => {
          return {
            key: threadId,
            name: name ?? "A thread that is gone",
            href: name === null ? null : `/t/${threadId}`,
            sums,
          };
        })}
      />
      <UsageTable
        caption="By day"
        rows={used.toReversed().map(({ date, ...sums }) => ({ key: date, name: presentDay(date), sums }))}
      />
    </>
  );
}

function presentDay(date: string): string {
  return new Date(date).toLocaleDateString("en", { timeZone: "UTC", weekday: "short", month: "short", day: "numeric" });
}
