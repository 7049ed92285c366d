import type { ResultOf } from "@skein/protocol/methods";
import type { Member } from "@skein/protocol/methods/member";
import type { WindowLimits } from "@skein/protocol/methods/usage";
import { useCallback, useEffect, useState } from "react";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { formatTokens, formatWindow } from "../usage/present-usage.ts";
import { ErrorLine } from "./error-line.tsx";
import { LimitForm } from "./limit-form.tsx";
import styles from "./settings-page.module.css";
import { SettingsSection } from "./settings-section.tsx";
import { useAttempts } from "./use-attempts.ts";

type Budget = ResultOf<"skein/budget/read">;

/** What an owner lets the team and its members use, within what the operator gives. */
export function UsageLimits({ onChanged }: { readonly onChanged: () => void }) {
  const session = useSession();
  const live = useIsLive();
  const [budget, setBudget] = useState<Budget | null>(null);
  const [members, setMembers] = useState<readonly Member[]>([]);
  const { error, attempt } = useAttempts();
  const load = useCallback(async () => {
    const [read, list] = await Promise.all([
      session.request("skein/budget/read", null),
      session.request("skein/member/list", {}),
    ]);
    setBudget(read);
    setMembers(list.data);
  }, [session]);
  useEffect(() => {
    if (live) void attempt(load());
  }, [live, load, attempt]);
  const change = async (update: Parameters<typeof session.request<"skein/budget/update">>[1]) => {
    await session.request("skein/budget/update", update);
    await load();
    onChanged();
  };
  if (budget === null) return <ErrorLine error={error} />;
  const { windows, given, pool, member } = budget;
  return (
    <SettingsSection title="Limits">
      <p className={styles.note}>{presentGiven(budget)}</p>
      <LimitForm
        title="The whole team"
        windows={windows}
        most={given.pool}
        limits={pool}
        onSave={(limits) => change({ pool: limits })}
      />
      <LimitForm
        title="Each member"
        windows={windows}
        limits={member}
        onSave={(limits) => change({ member: limits })}
      />
      {members.map(({ userId, name }) => {
        const own = budget.members.find((each) => each.userId === userId)?.limits ?? null;
        return (
          <LimitForm
            key={userId}
            title={name}
            windows={windows}
            limits={own ?? nothing}
            inherits={own === null}
            onSave={(limits) => change({ members: [{ userId, limits }] })}
            onReset={own === null ? null : () => change({ members: [{ userId, limits: null }] })}
          />
        );
      })}
      <ErrorLine error={error} />
    </SettingsSection>
  );
}

const nothing: WindowLimits = { primary: null, secondary: null };

function presentGiven({ windows, given }: Budget): string {
  const { primary, secondary } = given.pool;
  const shares = [
    primary === null ? null : `${formatTokens(primary)} tokens in ${formatWindow(windows.primaryMinutes)}`,
    secondary === null ? null : `${formatTokens(secondary)} in ${formatWindow(windows.secondaryMinutes)}`,
  ].filter((share) => share !== null);
  const credits = given.credits > 0 ? ` ${formatTokens(given.credits)} tokens of credits are left beyond that.` : "";
  if (shares.length === 0) return `Whoever runs this server sets no limit for the team.${credits}`;
  return `Whoever runs this server gives the team ${shares.join(" and ")}.${credits}`;
}
