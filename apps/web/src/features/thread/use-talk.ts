/**
 * What a person can say in a thread. A message starts a turn, or steers the one that runs; while an approval waits it
 * declines that too. Model and rules chosen since the last turn go with the next one that starts.
 */
import { RpcError } from "@skein/client/rpc/rpc-error";
import { useCallback, useMemo, useState } from "react";
import type { ThreadStore } from "../../session/session.ts";
import { unsentMessages } from "../../session/unsent-messages.ts";
import type { Draft } from "../composer/use-draft.ts";
import { type PolicyName, presetFor, presetOf, sandboxPolicyOf } from "../policy/policy-preset.ts";
import { decideSend } from "./decide-send.ts";
import type { ThreadSettingsView } from "./loaded-thread.ts";

interface Choices {
  readonly model: string | null;
  readonly policy: PolicyName | null;
}

const noChoices: Choices = { model: null, policy: null };

/** False when the turn ended while the message was under way; it then starts the next one. */
async function steers(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (error instanceof RpcError && error.kind === "noActiveTurn") return false;
    throw error;
  }
}

export function useTalk(threadId: string, store: ThreadStore, settings: ThreadSettingsView, draft: Draft) {
  const [choices, setChoices] = useState(noChoices);

  const deliver = useCallback(
    (clientId: string, text: string) =>
      unsentMessages.send(threadId, { clientId, text }, async () => {
        const { timeline } = store.getSnapshot();
        if (timeline === null) throw new Error("the thread is not loaded");
        const plan = decideSend(timeline);
        const message = { input: [{ type: "text" as const, text, text_elements: [] }], clientUserMessageId: clientId };
        if (plan.type === "steer") {
          const isTaken = await steers(store.steer({ ...message, expectedTurnId: plan.turnId }));
          // Only now: a declined agent goes on at once, and may be done before the message arrives.
          if (plan.declines !== null) store.answerApproval(plan.declines.requestId, "decline");
          if (isTaken) return;
        }
        const { model, policy } = choices;
        const preset = policy === null ? null : presetOf(policy);
        await store.startTurn({
          ...message,
          ...(model !== null && { model }),
          ...(preset !== null && { approvalPolicy: preset.approvalPolicy, sandboxPolicy: sandboxPolicyOf(preset) }),
        });
      }),
    [threadId, store, choices],
  );

  return useMemo(() => {
    const unsentText = (clientId: string) =>
      unsentMessages
        .of(threadId)
        .getSnapshot()
        .find((message) => message.clientId === clientId)?.text ?? "";
    return {
      model: choices.model ?? settings.model,
      policy: choices.policy ?? presetFor(settings.approvalPolicy, settings.sandbox),
      chooseModel: (model: string) => setChoices((before) => ({ ...before, model })),
      choosePolicy: (policy: PolicyName) => setChoices((before) => ({ ...before, policy })),
      send: (text: string) => void deliver(crypto.randomUUID(), text),
      // The same id again: should the first attempt have arrived after all, the server answers with it.
      resend: (clientId: string) => void deliver(clientId, unsentText(clientId)),
      withdraw: (clientId: string, then: "edit" | "delete") => {
        if (then === "edit") draft.change(unsentText(clientId));
        unsentMessages.remove(threadId, clientId);
      },
      retryTurn: (turnId: string) => {
        const turn = store.getSnapshot().timeline?.turns.find(({ id }) => id === turnId);
        const said = turn?.items.find(({ item }) => item.type === "userMessage")?.item;
        const text =
          said?.type === "userMessage"
            ? said.content.map((part) => (part.type === "text" ? part.text : "")).join("\n")
            : "";
        if (text.trim() !== "") void deliver(crypto.randomUUID(), text);
      },
    };
  }, [threadId, store, settings, choices, deliver, draft]);
}
