import { formatDuration } from "../lib/format-duration.ts";
import { useNow } from "../lib/use-now.ts";

/** How long somebody has been waiting for an answer. */
export function AskedAgo({ atMs }: { readonly atMs: number }) {
  const ageMs = Math.max(0, useNow(1000) - atMs);
  return (
    <span className="tabular">
      asked {ageMs < 1000 ? "just now" : `${formatDuration(Math.floor(ageMs / 1000) * 1000)} ago`}
    </span>
  );
}
