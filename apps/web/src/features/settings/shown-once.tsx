import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import styles from "./settings-page.module.css";

interface ShownOnceProps {
  /** What it is, for the sentence and the button: "token". */
  readonly what: string;
  readonly secret: string;
  readonly onDone: () => void;
}

/** A secret that the server does not keep. */
export function ShownOnce({ what, secret, onDone }: ShownOnceProps) {
  return (
    <div className={styles.secret} role="status">
      <p>Copy this {what} now. It is not shown again.</p>
      <div className={styles.secretLine}>
        <code>{secret}</code>
        <CopyButton text={secret} label={`Copy ${what}`} />
      </div>
      <Button onClick={onDone}>Done</Button>
    </div>
  );
}
