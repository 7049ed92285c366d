import styles from "./approval-card.module.css";
import { revealHidden } from "./reveal-hidden.ts";

/** A text with every character that could hide something spelt out. It wraps and scrolls, and is never cut. */
export function ExactText({ text }: { readonly text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long command scrolls, by keyboard too
    <pre className={styles.exact} tabIndex={0}>
      <bdi dir="ltr">
        {revealHidden(text).map((segment, at) =>
          segment.hidden === null ? (
            segment.text
          ) : (
            <mark
              // biome-ignore lint/suspicious/noArrayIndexKey: segments of a text never move
              key={at}
              className={styles.hidden}
              title="This character is invisible or changes how the text is shown"
            >
              {segment.hidden}
            </mark>
          ),
        )}
      </bdi>
    </pre>
  );
}
