import { useState } from "react";
import { Button } from "./button.tsx";

interface AskedButtonProps {
  readonly label: string;
  /** Of what, for whoever hears the button and does not see its line. */
  readonly of: string;
  /** What it says when it is asked whether it is meant. */
  readonly sure: string;
  readonly disabled?: boolean;
  readonly onConfirm: () => void;
}

/** For what cannot be undone: the first press asks, the second does it. */
export function AskedButton({ label, of, sure, disabled = false, onConfirm }: AskedButtonProps) {
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <Button look="quiet" disabled={disabled} aria-label={`${label} ${of}`} onClick={() => setAsking(true)}>
        {label}
      </Button>
    );
  }
  return (
    <>
      <Button
        look="danger"
        autoFocus
        onClick={() => {
          setAsking(false);
          onConfirm();
        }}
      >
        {sure}
      </Button>
      <Button look="quiet" onClick={() => setAsking(false)}>
        Keep
      </Button>
    </>
  );
}
