import type { ResultOf } from "@skein/protocol/methods";
import type { CredentialScope } from "@skein/protocol/methods/model-credential";
import { useCallback, useEffect, useState } from "react";
import { useCatalog } from "../../session/catalog.tsx";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { payerWords } from "./credential-words.ts";
import { ErrorLine } from "./error-line.tsx";
import { ModelKey } from "./model-key.tsx";
import styles from "./settings-page.module.css";
import { useAttempts } from "./use-attempts.ts";

/** The key of one scope, and whose key pays as it is. */
export function ModelAccess({ scope }: { readonly scope: CredentialScope }) {
  const session = useSession();
  const live = useIsLive();
  const { reload } = useCatalog();
  const [kept, setKept] = useState<ResultOf<"skein/modelCredential/list"> | null>(null);
  const { error, attempt } = useAttempts();
  const load = useCallback(() => session.request("skein/modelCredential/list", {}).then(setKept), [session]);
  useEffect(() => {
    if (live) void attempt(load());
  }, [live, load, attempt]);
  const change = async () => {
    await load();
    // Other models may be offered now.
    await reload();
  };
  return (
    <>
      <p className={styles.note}>
        Your own key goes before the team's, the team's before the server's. {kept !== null && wordsOf(kept)}
      </p>
      {kept !== null && (
        <ModelKey
          scope={scope}
          credential={kept.data.find((credential) => credential.scope === scope) ?? null}
          onChange={change}
        />
      )}
      <ErrorLine error={error} />
    </>
  );
}

function wordsOf({ payer, server }: ResultOf<"skein/modelCredential/list">): string {
  return payer === "server" ? payerWords.server[server] : payerWords[payer];
}
