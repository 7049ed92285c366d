import type { ShareLevel } from "@skein/protocol/methods/share";
import { useEffect } from "react";
import { readShare } from "./share-info.ts";
import styles from "./viewed-thread.module.css";

interface SignInNoteProps {
  readonly level: Exclude<ShareLevel, "read">;
  readonly token: string;
}

/**
 * For whom a link would let write who is not signed in. That is done beside this page, because its address, with the secret in it, would be
 * lost on the way; whoever comes back goes on here.
 */
export function SignInNote({ level, token }: SignInNoteProps) {
  useEffect(() => {
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      const reply = await readShare(token);
      // What is open was opened by nobody; the page is opened anew by somebody.
      if (reply.type === "open" && reply.info.signedInAs !== null) location.reload();
    };
    const listener = () => void look();
    document.addEventListener("visibilitychange", listener);
    return () => document.removeEventListener("visibilitychange", listener);
  }, [token]);
  return (
    <p className={styles.signIn}>
      With an account you may {level === "prompt" ? "comment and prompt" : "comment"} here.{" "}
      <a href="/" target="_blank" rel="noreferrer">
        Sign in
      </a>
    </p>
  );
}
