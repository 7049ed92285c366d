import { useCallback, useState } from "react";
import { messageOf } from "../../session/catalog.tsx";

/** What a section tries, and what was wrong with the last of it. */
export function useAttempts() {
  const [error, setError] = useState<string | null>(null);
  const attempt = useCallback((work: Promise<unknown>): Promise<void> => {
    setError(null);
    return work.then(
      () => {},
      (reason: unknown) => setError(messageOf(reason)),
    );
  }, []);
  return { error, attempt };
}
