import type { ReactNode } from "react";

interface ScrollBoxProps {
  /** Spoken when the box takes focus. */
  readonly label: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** Content that may scroll on its own. It takes focus, so that the arrow keys scroll it too. */
export function ScrollBox({ label, className, children }: ScrollBoxProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without focus only a pointer could scroll it
    <div className={className} tabIndex={0} role="group" aria-label={label}>
      {children}
    </div>
  );
}
