/**
 * What a person can say in a thread. A message starts a turn, or steers the one that runs, which the server decides when
 * it takes it; while an approval waits it declines that too. Model and rules chosen since the last turn go with the next
 * one that starts.
 */
import { useCallback, useMemo, useState } from "react";
import type { ThreadStore } from "../../session/session.ts";
import { useSession } from "../../session/session-context.ts";
import type { Draft } from "../composer/use-draft.ts";
import { type PolicyName, presetFor, presetOf, sandboxPolicyOf } from "../policy/policy-preset.ts";
import { textOf } from "./derive-unsent.ts";
import type { ThreadSettingsView } from "./loaded-thread.ts";

interface Choices {
  readonly model: string | null;
  readonly policy: PolicyName | null;
}

const noChoices: Choices = { model: null, policy: null };

export function useTalk(threadId: string, store: ThreadStore, settings: ThreadSettingsView, draft: Draft) {
  const { outbox } = useSession();
  const [choices, setChoices] = useState(noChoices);

  const post = useCallback(
    (text: string) => {
      const { model, policy } = choices;
      const preset = policy === null ? null : presetOf(policy);
      const declined = store.getSnapshot().timeline?.pendingApprovals[0];
      const taken = outbox.post("turn/start", {
        threadId,
        clientUserMessageId: crypto.randomUUID(),
        input: [{ type: "text", text, text_elements: [] }],
        ...(model !== null && { model }),
        ...(preset !== null && { approvalPolicy: preset.approvalPolicy, sandboxPolicy: sandboxPolicyOf(preset) }),
      });
      if (declined === undefined) return;
      // Only when it is taken: a declined agent goes on at once, and may be done before the message arrives.
      taken.then(
        () => store.answerApproval(declined.requestId, "decline"),
        () => {},
      );
    },
    [threadId, store, outbox, choices],
  );

  return useMemo(() => {
    const unsent = (clientId: string) =>
      outbox.getSnapshot().find(({ lane, key }) => lane === threadId && key === clientId);
    return {
      model: choices.model ?? settings.model,
      policy: choices.policy ?? presetFor(settings.approvalPolicy, settings.sandbox),
      chooseModel: (model: string) => setChoices((before) => ({ ...before, model })),
      choosePolicy: (policy: PolicyName) => setChoices((before) => ({ ...before, policy })),
      send: post,
      resend: (clientId: string) => {
        const entry = unsent(clientId);
        if (entry !== undefined) outbox.retry(entry.id);
      },
      withdraw: (clientId: string, then: "edit" | "delete") => {
        const entry = unsent(clientId);
        if (entry === undefined) return;
        if (then === "edit") draft.change(textOf(entry));
        outbox.discard(entry.id);
      },
      retryTurn: (turnId: string) => {
        const turn = store.getSnapshot().timeline?.turns.find(({ id }) => id === turnId);
        const said = turn?.items.find(({ item }) => item.type === "userMessage")?.item;
        const text =
          said?.type === "userMessage"
            ? said.content.map((part) => (part.type === "text" ? part.text : "")).join("\n")
            : "";
        if (text.trim() !== "") post(text);
      },
    };
  }, [threadId, store, outbox, settings, choices, post, draft]);
}
