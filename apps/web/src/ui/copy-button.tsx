import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "./button.tsx";

interface CopyButtonProps {
  readonly text: string;
  readonly label?: string;
  readonly className?: string | undefined;
}

export function CopyButton({ text, label = "Copy", className }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<"copied" | "failed" | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), 2000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setOutcome("copied"),
      () => setOutcome("failed"),
    );
  const words = outcome === "copied" ? "Copied" : outcome === "failed" ? "Could not copy" : label;
  return (
    <IconButton label={words} className={className} onClick={copy}>
      {outcome === "copied" ? <Check size={14} /> : <Copy size={14} />}
    </IconButton>
  );
}
