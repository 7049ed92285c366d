import type { AuditLine } from "@skein/protocol/methods/audit";
import { useCallback, useEffect, useState } from "react";
import { Link } from "wouter";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { Button } from "../../ui/button.tsx";
import { Select } from "../../ui/select.tsx";
import styles from "./activity.module.css";
import { actionGroups, presentAction, presentActor } from "./audit-words.ts";
import { ErrorLine } from "./error-line.tsx";
import { presentDetails } from "./present-details.ts";
import settings from "./settings-page.module.css";
import { useAttempts } from "./use-attempts.ts";

const dayMs = 24 * 60 * 60 * 1000;

const spans = [
  { value: "1", label: "The last day" },
  { value: "7", label: "The last week" },
  { value: "30", label: "The last month" },
  { value: "all", label: "All of it" },
] as const;
type Span = (typeof spans)[number]["value"];

const topics = [
  { value: "", label: "Everything" },
  ...actionGroups.map(({ title }) => ({ value: title, label: title })),
];

interface Shown {
  readonly lines: readonly AuditLine[];
  readonly nextCursor: string | null;
}

/** Who did what in the team, newest first. */
export function Activity() {
  const session = useSession();
  const live = useIsLive();
  const [span, setSpan] = useState<Span>("7");
  const [topic, setTopic] = useState("");
  const [shown, setShown] = useState<Shown | null>(null);
  const { error, attempt } = useAttempts();
  const load = useCallback(
    async (cursor: string | null, before: readonly AuditLine[]) => {
      const filter = filterOf(span, topic);
      const { data, nextCursor } = await session.request("skein/audit/list", { ...filter, cursor });
      setShown({ lines: [...before, ...data], nextCursor });
    },
    [session, span, topic],
  );
  useEffect(() => {
    setShown(null);
    if (live) void attempt(load(null, []));
  }, [live, load, attempt]);
  const names = useMemberNames();
  return (
    <>
      <div className={styles.filters}>
        <Select label="When" value={span} choices={spans} onChoose={setSpan} />
        <Select label="About" value={topic} choices={topics} onChoose={setTopic} />
      </div>
      {shown?.lines.length === 0 && <p className={settings.note}>Nothing has happened.</p>}
      {shown === null && error === null && (
        <p className={settings.note} role="status">
          {live ? "Loading…" : "Not connected."}
        </p>
      )}
      <ul className={settings.lines}>
        {shown?.lines.map((line) => (
          <Line key={line.id} line={line} names={names} />
        ))}
      </ul>
      <div className={settings.row}>
        {shown?.nextCursor && (
          <Button disabled={!live} onClick={() => void attempt(load(shown.nextCursor, shown.lines))}>
            Show more
          </Button>
        )}
        <a href={exportOf("csv", span, topic)} download>
          Export as CSV
        </a>
        <a href={exportOf("jsonl", span, topic)} download>
          Export as JSON Lines
        </a>
      </div>
      <ErrorLine error={error} />
    </>
  );
}

function Line({ line, names }: { readonly line: AuditLine; readonly names: ReadonlyMap<string, string> }) {
  const details = presentDetails(line, names);
  return (
    <li className={styles.line}>
      <span className={settings.lineName}>
        {presentActor(line)} {presentAction(line.action)}
      </span>
      <time className={styles.when} dateTime={new Date(line.at).toISOString()}>
        {new Date(line.at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })}
      </time>
      {(details !== "" || line.threadId !== null) && (
        <span className={styles.below}>
          {details}
          {line.threadId !== null && <Link href={`/t/${line.threadId}`}>Thread</Link>}
        </span>
      )}
    </li>
  );
}

/** By which the lines call whom something was done to; empty until they are known. */
function useMemberNames(): ReadonlyMap<string, string> {
  const session = useSession();
  const live = useIsLive();
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    if (!live) return;
    session.request("skein/member/list", {}).then(
      ({ data }) => setNames(new Map(data.map(({ userId, name }) => [userId, name]))),
      () => {},
    );
  }, [session, live]);
  return names;
}

function filterOf(span: Span, topic: string) {
  const group = actionGroups.find(({ title }) => title === topic);
  return {
    since: span === "all" ? null : Math.floor((Date.now() - Number(span) * dayMs) / 60_000) * 60_000,
    actions: group === undefined ? null : Object.keys(group.actions),
  };
}

function exportOf(format: "csv" | "jsonl", span: Span, topic: string): string {
  const { since, actions } = filterOf(span, topic);
  const query = new URLSearchParams({ format });
  if (since !== null) query.set("since", String(since));
  if (actions !== null) query.set("actions", actions.join(","));
  return `/api/audit/export?${query}`;
}
