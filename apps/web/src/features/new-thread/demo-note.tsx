import { FlaskConical } from "lucide-react";
import { Link } from "wouter";
import { usePerson } from "../../session/person.ts";
import styles from "./new-thread-page.module.css";

/** That no model has been asked yet, and what to do about it. */
export function DemoNote() {
  const { role } = usePerson();
  return (
    <p className={styles.demo}>
      <FlaskConical size={14} aria-hidden="true" />
      <span>
        The demo model answers: its words are scripted, its commands and edits are real. For a real model{" "}
        {role === "owner" ? (
          <>
            <Link href="/settings">add a key</Link>, or start the server with <code>OPENAI_API_KEY</code>.
          </>
        ) : (
          <Link href="/settings">add a key.</Link>
        )}
      </span>
    </p>
  );
}
