/**
 * What a person can say in a thread. A message starts a turn, or steers the one that runs, which the server decides when
 * it takes it; while an approval waits it declines that too. Questions that wait are withdrawn by the server. Model and rules chosen since the last turn go with the next
 * one that starts.
 */
import { textOf } from "@skein/client/queue/queued-text";
import type { RequestId } from "@skein/protocol/json-rpc";
import { useCallback, useMemo, useState } from "react";
import type { ThreadStore } from "../../session/session.ts";
import { useSession } from "../../session/session-context.ts";
import type { Draft } from "../composer/use-draft.ts";
import { type PolicyName, presetFor, presetOf, profileOf } from "../policy/policy-preset.ts";
import { wordsOf } from "../unsent/unsent-state.ts";
import type { Post } from "../unsent/use-post.ts";
import type { ThreadSettingsView } from "./loaded-thread.ts";

interface Choices {
  readonly model: string | null;
  readonly policy: PolicyName | null;
}

const noChoices: Choices = { model: null, policy: null };

type AnswerApproval = (requestId: RequestId, choice: "decline") => void;

export function useTalk(
  threadId: string,
  store: ThreadStore,
  settings: ThreadSettingsView,
  draft: Draft,
  post: Post,
  /** null: the person may not. */
  answerApproval: AnswerApproval | null,
) {
  const { outbox } = useSession();
  const { giveBack } = draft;
  const [choices, setChoices] = useState(noChoices);

  const send = useCallback(
    async (text: string) => {
      const { model, policy } = choices;
      const preset = policy === null ? null : presetOf(policy);
      const declined = store.getSnapshot().timeline?.pendingApprovals[0];
      const params = {
        threadId,
        clientUserMessageId: crypto.randomUUID(),
        input: [{ type: "text" as const, text, text_elements: [] }],
        ...(model !== null && { model }),
        ...(preset !== null && { approvalPolicy: preset.approvalPolicy, permissions: profileOf(preset) }),
      };
      const isTaken = await post("turn/start", params, text);
      // Only then: a declined agent goes on at once, and may be done before the message arrives.
      if (isTaken && declined !== undefined && declined.kind !== "questions")
        answerApproval?.(declined.requestId, "decline");
    },
    [threadId, store, post, answerApproval, choices],
  );

  return useMemo(() => {
    const unsent = (clientId: string) =>
      outbox.getSnapshot().find(({ lane, key }) => lane === threadId && key === clientId);
    return {
      model: choices.model ?? settings.model,
      policy: choices.policy ?? presetFor(settings.approvalPolicy, settings.sandboxPolicy.type),
      chooseModel: (model: string) => setChoices((before) => ({ ...before, model })),
      choosePolicy: (policy: PolicyName) => setChoices((before) => ({ ...before, policy })),
      send: (text: string) => void send(text),
      resend: (clientId: string) => {
        const entry = unsent(clientId);
        if (entry !== undefined) outbox.retry(entry.id);
      },
      withdraw: (clientId: string, then: "edit" | "delete") => {
        const entry = unsent(clientId);
        if (entry === undefined) return;
        if (then === "edit") giveBack(wordsOf(entry));
        outbox.discard(entry.id);
      },
      retryTurn: (turnId: string) => {
        const turn = store.getSnapshot().timeline?.turns.find(({ id }) => id === turnId);
        const said = turn?.items.find(({ item }) => item.type === "userMessage")?.item;
        const text = said?.type === "userMessage" ? textOf(said.content) : "";
        if (text.trim() !== "") void send(text);
      },
    };
  }, [threadId, store, outbox, settings, choices, send, giveBack]);
}
