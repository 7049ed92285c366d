import type { UserInput } from "@skein/protocol/user-input";
import { useSession } from "../../../session/session-context.ts";
import type { RowProps } from "../row.ts";
import styles from "./user-row.module.css";

export function UserRow({ row }: RowProps<"user">) {
  const { userId } = useSession();
  const { author } = row.view.item;
  const other = author === undefined || author.userId === userId ? null : (author.name ?? "Another member");
  return (
    <div className={styles.line}>
      {other !== null && <span className={styles.author}>{other}</span>}
      <div className={styles.bubble}>
        {other === null && <span className="visually-hidden">You: </span>}
        {row.view.item.content.map((part, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a sent message does not change
          <p key={at}>{presentInput(part)}</p>
        ))}
      </div>
    </div>
  );
}

function presentInput(part: UserInput): string {
  switch (part.type) {
    case "text":
      return part.text;
    case "image":
    case "localImage":
      return "[image]";
    case "audio":
    case "localAudio":
      return "[audio]";
    case "skill":
      return `[skill ${part.name}]`;
    case "mention":
      return `@${part.path}`;
  }
}
