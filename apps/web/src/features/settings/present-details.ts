/** What a line of the activity list says beside who did what: short facts, and from where. */
import type { AuditLine } from "@skein/protocol/methods/audit";
import { formatWindow } from "../usage/present-usage.ts";

type Words = Readonly<Record<string, string>>;

/** What is of no use to a reader: ids that lead nowhere, and hashes. The export has them. */
const hidden = new Set([
  ...["turnId", "itemId", "argvSha256", "copyId", "forkedFromId", "client", "purpose"],
  ...["titleBefore", "nameBefore"],
]);

/** By the detail's name. A value that is not among them is shown as it is. */
const words: Readonly<Record<string, Words>> = {
  by: {
    password: "by password",
    provider: "by another service",
    link: "by a link of the console",
    firstOwner: "as the first owner",
    passwordLink: "by a link for a new password",
    invitation: "by an invitation",
    otherTenant: "from another team",
    newTenant: "into a new team",
  },
  reason: {
    wrongPassword: "wrong password",
    tooOften: "too many attempts",
    noTenant: "belongs to no team",
    bytes: "moved all the bytes that it may",
    unknownCommand: "asked by no known command",
  },
  as: { turn: "", command: "a command of their own", steer: "to the running turn", queued: "for later" },
  kind: { command: "to run a command", patch: "to change files", questions: "questions", network: "to reach a host" },
  decision: {
    accept: "allowed",
    acceptForSession: "allowed in this thread",
    decline: "declined",
    cancel: "declined, and stopped the turn",
    "allow host": "allowed in this thread",
    "deny host": "never in this thread",
    answered: "answered",
  },
  scope: {
    tenant: "the team's",
    user: "their own",
    pool: "of the whole team",
    "every member": "of each member",
    // Whose it is, stands before it.
    member: "",
    "as every member": "as for each member",
  },
  outcome: { works: "it works" },
  format: { csv: "as CSV", jsonl: "as JSON Lines", markdown: "as Markdown", html: "as HTML", json: "as JSON" },
  mode: { off: "off", listed: "listed hosts", ask: "listed hosts, and ask for others" },
  from: { empty: "empty", upload: "from an archive", clone: "from a repository", directory: "a directory" },
};

const maxChars = 60;

const numbers: Readonly<Record<string, (count: number) => string>> = {
  port: (count) => `port ${count}`,
  tokens: (count) => `${count.toLocaleString("en")} tokens`,
  sessions: (count) => (count === 1 ? "one session" : `${count} sessions`),
  windowSeconds: (count) => `in ${formatWindow(count / 60)}`,
  rows: (count) => `${count} rows`,
};

/** `names`: of the team's members by their ids. */
export function presentDetails(
  { details, subject, address }: Pick<AuditLine, "details" | "subject" | "address">,
  names: ReadonlyMap<string, string>,
): string {
  const facts = Object.entries(details).flatMap(([name, value]) => {
    if (hidden.has(name)) return [];
    if (name === "tokens" && value === null) return details.windowSeconds === null ? [] : "no limit";
    if (typeof value === "number") return numbers[name]?.(value) ?? [];
    if (Array.isArray(value)) return value.filter((part) => typeof part === "string").join(" and ");
    if (typeof value !== "string") return [];
    return names.get(value) ?? words[name]?.[value] ?? shorten(name, value);
  });
  const about = subject === null ? [] : (names.get(subject) ?? (isId(subject) ? [] : subject));
  return [...new Set([about, facts, address === null ? [] : `from ${address}`].flat())]
    .filter((fact) => fact !== "")
    .join(", ");
}

/** Names may be long, and are worth the beginning; what else is long is of no use to a reader. */
function shorten(detail: string, value: string): string | readonly string[] {
  if (value.length < maxChars) return value;
  return detail === "name" || detail === "title" ? `${value.slice(0, maxChars - 1).trimEnd()}…` : [];
}

function isId(subject: string): boolean {
  return /^[0-9a-f-]{36}$|^[0-9a-f]{64}$/.test(subject);
}
