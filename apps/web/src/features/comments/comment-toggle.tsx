import { MessageSquareText } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import styles from "./comment-composer.module.css";

interface CommentToggleProps {
  readonly pressed: boolean;
  readonly onToggle: () => void;
}

/** Whether what is written is for the agent or for the people in the thread. */
export function CommentToggle({ pressed, onToggle }: CommentToggleProps) {
  return (
    <Button look="quiet" aria-pressed={pressed} className={styles.toggle} onClick={onToggle}>
      <MessageSquareText size={14} aria-hidden="true" /> Comment
    </Button>
  );
}
