/** What must hold of every log that turns have written. Gives what is wrong, in words; nothing when all is well. */
import type { ThreadEvent } from "@skein/timeline/event";
import type { Item } from "@skein/timeline/item";

interface Seen {
  readonly openItems: Map<string, { readonly item: Item; text: string }>;
  readonly closedItems: Set<string>;
  readonly approvals: Set<string>;
  readonly unanswered: Set<string>;
  readonly problems: string[];
  openTurn: string | null;
}

/** `background`: ids of items whose processes outlive their turn. */
export function checkLog(events: readonly ThreadEvent[], background: ReadonlySet<string> = new Set()): string[] {
  const seen: Seen = {
    openItems: new Map(),
    closedItems: new Set(),
    approvals: new Set(),
    unanswered: new Set(),
    problems: [],
    openTurn: null,
  };
  for (const event of events) check(seen, event, background);
  return seen.problems;
}

function check(seen: Seen, event: ThreadEvent, background: ReadonlySet<string>): void {
  const expect = (holds: boolean, problem: string) => {
    if (!holds) seen.problems.push(`${event.seq} ${event.type}: ${problem}`);
  };
  switch (event.type) {
    case "turn.started":
      expect(seen.openTurn === null, "another turn is open");
      seen.openTurn = event.turnId;
      break;
    case "turn.completed": {
      const left = [...seen.openItems.keys()].filter((id) => !background.has(id));
      expect(left.length === 0, `open items: ${left.join(", ")}`);
      expect(seen.approvals.size === 0, "an approval is pending");
      expect(seen.unanswered.size === 0, `calls without output: ${[...seen.unanswered].join(", ")}`);
      seen.openTurn = null;
      break;
    }
    case "item.started":
      expect(seen.openTurn === event.turnId, "outside its turn");
      expect(!seen.openItems.has(event.item.id) && !seen.closedItems.has(event.item.id), `${event.item.id} again`);
      seen.openItems.set(event.item.id, { item: event.item, text: "" });
      break;
    case "item.chunk": {
      const open = seen.openItems.get(event.itemId);
      expect(open !== undefined, `${event.itemId} is not open`);
      expect(!/[\ud800-\udbff]$/.test(event.text) && event.text !== "", "bad text");
      if (open !== undefined && event.channel !== "summary") open.text += event.text;
      break;
    }
    case "item.completed": {
      const open = seen.openItems.get(event.item.id);
      expect(open !== undefined, `${event.item.id} is not open`);
      expect(!("status" in event.item) || event.item.status !== "inProgress", "still in progress");
      seen.openItems.delete(event.item.id);
      seen.closedItems.add(event.item.id);
      break;
    }
    case "approval.requested":
      seen.approvals.add(event.approvalId);
      break;
    case "approval.resolved":
      expect(seen.approvals.delete(event.approvalId), "was not pending");
      break;
    case "model.items":
      for (const item of event.items as readonly { type: string; call_id?: string }[]) checkCall(seen, item, expect);
      break;
    default:
      break;
  }
}

function checkCall(
  seen: Seen,
  item: { type: string; call_id?: string },
  expect: (holds: boolean, problem: string) => void,
): void {
  if (item.call_id === undefined) return;
  if (item.type.endsWith("_output")) expect(seen.unanswered.delete(item.call_id), `${item.call_id} was not called`);
  else seen.unanswered.add(item.call_id);
}
