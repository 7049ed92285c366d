import type { ResultOf } from "@skein/protocol/methods";
import type { WindowLimits } from "@skein/protocol/methods/usage";
import { type FormEvent, useId, useState } from "react";
import { useIsLive } from "../../session/session-context.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { formatWindow } from "../usage/present-usage.ts";
import { ErrorLine } from "./error-line.tsx";
import own from "./limit-form.module.css";
import styles from "./settings-page.module.css";
import { useAttempts } from "./use-attempts.ts";

interface LimitFormProps {
  readonly title: string;
  readonly windows: ResultOf<"skein/budget/read">["windows"];
  readonly limits: WindowLimits;
  /** More is of no use. */
  readonly most?: WindowLimits;
  /** What counts for all counts here too. */
  readonly inherits?: boolean;
  readonly onSave: (limits: WindowLimits) => Promise<unknown>;
  readonly onReset?: (() => Promise<unknown>) | null;
}

/** Two numbers of tokens; empty fields are no limit. */
export function LimitForm({ title, windows, limits, most, inherits = false, onSave, onReset = null }: LimitFormProps) {
  const live = useIsLive();
  const titleId = useId();
  const { error, attempt } = useAttempts();
  const [primary, setPrimary] = useState(textOf(limits.primary));
  const [secondary, setSecondary] = useState(textOf(limits.secondary));
  const next = { primary: numberOf(primary), secondary: numberOf(secondary) };
  const isSame = next.primary === limits.primary && next.secondary === limits.secondary;
  const save = (event: FormEvent) => {
    event.preventDefault();
    void attempt(onSave(next));
  };
  const hint = (window: keyof WindowLimits) =>
    most?.[window] == null ? undefined : `At most ${most[window].toLocaleString("en")}`;
  return (
    <form onSubmit={save} aria-labelledby={titleId} className={styles.fields}>
      <h3 id={titleId} className={styles.subheading}>
        {title}
        {inherits && <span className={styles.note}> as each member</span>}
      </h3>
      <div className={own.fields}>
        <Field
          label={`Tokens in ${formatWindow(windows.primaryMinutes)}`}
          inputMode="numeric"
          pattern="[0-9]*"
          placeholder="No limit"
          hint={hint("primary") ?? ""}
          value={primary}
          onChange={(event) => setPrimary(digitsOf(event.target.value))}
        />
        <Field
          label={`Tokens in ${formatWindow(windows.secondaryMinutes)}`}
          inputMode="numeric"
          pattern="[0-9]*"
          placeholder="No limit"
          hint={hint("secondary") ?? ""}
          value={secondary}
          onChange={(event) => setSecondary(digitsOf(event.target.value))}
        />
        <div className={own.actions}>
          <Button type="submit" disabled={!live || isSame}>
            Save
          </Button>
          {onReset !== null && (
            <Button look="quiet" disabled={!live} onClick={() => void attempt(onReset())}>
              As each member
            </Button>
          )}
        </div>
      </div>
      <ErrorLine error={error} />
    </form>
  );
}

function textOf(limit: number | null): string {
  return limit === null ? "" : String(limit);
}

function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, "").slice(0, 12);
}

function numberOf(text: string): number | null {
  return text === "" ? null : Number(text);
}
