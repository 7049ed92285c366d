/** A thread as a file, turn by turn: for members whole or redacted, for viewers of a link as they see it. */
import { redactText } from "@skein/timeline/redact/redact-text";
import type { RedactionRules } from "@skein/timeline/redact/redaction-rules";
import type { Principal } from "../../identity/principal.ts";
import type { ThreadRecord } from "../../log/thread-record.ts";
import type { ThreadKey } from "../../subscription/subscriptions.ts";
import { type ExportedTurn, exportTurn } from "../../thread/export/export-turn.ts";
import { presentTurnsPage } from "../../thread/present-pages.ts";
import { type ViewRange, viewTurnsPage, withinRange } from "../../thread/view-pages.ts";
import { rightsOn } from "../admit.ts";
import { redactionRules, type ViewServices } from "./view-services.ts";

export interface ThreadExport {
  readonly title: string;
  readonly redacted: boolean;
  /** Oldest first. */
  readonly turns: AsyncIterable<ExportedTurn>;
}

const pageTurns = 50;
const everything: ViewRange = { fromSeq: 0, frozenAtSeq: null };

/** `threadId` is a well-formed id. null: there is no such thread that the principal may read. */
export async function openExport(
  services: ViewServices,
  principal: Principal,
  threadId: string,
  wantsRedacted: boolean,
): Promise<ThreadExport | null> {
  const { directory } = services;
  const rights = await rightsOn(directory.findAccess, principal, threadId);
  const key = { tenantId: principal.tenantId, threadId };
  const record = rights.has("read") ? await directory.find(key) : null;
  if (record === null) return null;
  const share = principal.via.type === "shareLink" ? principal.via.share : null;
  const redacted = share !== null || wantsRedacted;
  const rules = redacted ? await redactionRules(services, key.tenantId, record) : null;
  return {
    title: share === null ? titleOf(record, rules) : share.title,
    redacted,
    turns: turnsOf(services, key, share ?? everything, rules),
  };
}

function titleOf({ name, preview }: ThreadRecord, rules: RedactionRules | null): string {
  const title = name ?? (preview.split("\n")[0] || "Thread");
  return rules === null ? title : redactText(title, rules);
}

async function* turnsOf(
  { directory }: ViewServices,
  key: ThreadKey,
  range: ViewRange,
  rules: RedactionRules | null,
): AsyncIterable<ExportedTurn> {
  const request = { direction: "asc", limit: pageTurns, items: "all", ...withinRange(range) } as const;
  for (let page = await directory.turns(key, { ...request, from: null }); page !== null; ) {
    const shown = rules === null ? page : await viewTurnsPage(page, range, rules);
    for (const turn of presentTurnsPage(shown, "full", { replay: true }).data) yield exportTurn(turn);
    const { next } = page;
    page = next === null ? null : await directory.turns(key, { ...request, from: next });
  }
}
