/**
 * A client's answer to an approval. It binds to the approval by its id alone, so that it counts on any connection and for a
 * thread that is not loaded. An answer has no answer in JSON-RPC: whoever answers what is not pending any more is told by a
 * notification, unless it is the answer that counted, given again.
 */
import type { Frame } from "@skein/protocol/json-rpc";
import { approvalIdOf } from "@skein/timeline/present/approval";
import { encodeNotification } from "../subscription/encode.ts";
import { outcomeOfAnswer } from "../thread/outcome-of-answer.ts";
import { rightsOn } from "./admit.ts";
import { answerApproval, isAnsweredBy } from "./answer-approval.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { ThreadServices } from "./thread-services.ts";

type Answer = Extract<Frame, { kind: "response" | "failure" }>;

/** Why an answer changes nothing. */
type Refusal = "alreadyResolved" | "unknown" | "notAllowed" | "unavailable";

type AnswerReceiver = (answer: Answer, connection: ClientConnection) => Promise<void>;

/** Takes the answers of each connection in their order. `failed`: one that was not taken, for a reason that nobody foresaw. */
export function answerReceiver(
  services: ThreadServices,
  failed: (answer: Answer, reason: unknown) => void,
): AnswerReceiver {
  const last = new WeakMap<ClientConnection, Promise<void>>();
  return (answer, connection) => {
    // Viewers are asked nothing, and what they answer is nothing.
    if (connection.principal.via.type === "shareLink") return Promise.resolve();
    const before = last.get(connection) ?? Promise.resolve();
    const taken = before
      .then(() => receive(services, answer, connection))
      .catch((reason: unknown) => failed(answer, reason));
    last.set(connection, taken);
    return taken;
  };
}

async function receive(services: ThreadServices, answer: Answer, connection: ClientConnection): Promise<void> {
  try {
    const refusal = await decide(services, answer, connection);
    if (refusal !== null) tell(connection, answer.id, refusal);
  } catch (reason) {
    tell(connection, answer.id, "unavailable");
    throw reason;
  }
}

/** null: the answer counts. */
async function decide(services: ThreadServices, answer: Answer, connection: ClientConnection): Promise<Refusal | null> {
  const approvalId = approvalIdOf(answer.id);
  if (approvalId === null) return "unknown";
  const found = await services.directory.approval(connection.principal.tenantId, approvalId);
  if (found === null) return "unknown";
  const rights = await rightsOn(services.directory.findAccess, connection.principal, found.threadId);
  if (!rights.has("read")) return "unknown";
  if (!rights.has("approve")) return "notAllowed";
  const outcome = outcomeOfAnswer(answer, found.request);
  const { threadId } = found;
  const counts =
    found.outcome === null
      ? await answerApproval(services, connection, { threadId, approvalId }, outcome)
      : isAnsweredBy(found, connection, outcome);
  return counts ? null : "alreadyResolved";
}

const words: Readonly<Record<Refusal, string>> = {
  alreadyResolved: "The answer came too late: the question was decided or withdrawn before.",
  unknown: "The answer is to a question that nobody has asked.",
  notAllowed: "The answer does not count: you may not approve in this thread.",
  unavailable: "The answer could not be taken now. Please answer again.",
};

/** Outside frames, to the one who answered; one who answers and does not read is told of the newest. */
function tell(connection: ClientConnection, requestId: Answer["id"], reason: Refusal): void {
  const { replay, optedOut } = connection.encoding;
  const method = replay ? "skein/approval/notAccepted" : "warning";
  const params = replay ? { requestId, reason } : { threadId: null, message: words[reason] };
  if (!optedOut.has(method)) connection.offer(`${method} ${requestId}`, encodeNotification(method, params, Date.now()));
}
