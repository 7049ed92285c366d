import { type FormEvent, useState } from "react";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { Button } from "../../ui/button.tsx";
import styles from "./viewed-thread.module.css";

/** By a link that allows it, who is signed in says something to the agent. */
export function PromptForm({ threadId, name }: { readonly threadId: string; readonly name: string }) {
  const session = useSession();
  const live = useIsLive();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const input = [{ type: "text" as const, text, text_elements: [] }];
    try {
      await session.request("turn/start", { threadId, input, clientUserMessageId: crypto.randomUUID() });
      setText("");
      setProblem(null);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={styles.prompt} onSubmit={(event) => void send(event)}>
      <textarea
        aria-label={`Message, as ${name}`}
        placeholder={`Ask for something, as ${name}…`}
        rows={2}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" look="primary" disabled={!live || busy || text.trim() === ""}>
        Send
      </Button>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
