import type { SandboxPolicy } from "@skein/protocol/policy";
import { useMemo, useState } from "react";
import { useSession } from "../../session/session-context.ts";
import { type NetworkView, withNetwork } from "./present-network.ts";

export interface ThreadNetwork extends NetworkView {
  /** Asks what the team allows. */
  readonly look: () => void;
  readonly change: (isOn: boolean) => void;
}

/** A change counts at once, for what runs too; what it has become comes back as the thread's settings. */
export function useThreadNetwork(threadId: string, sandboxPolicy: SandboxPolicy): ThreadNetwork {
  const session = useSession();
  const [team, setTeam] = useState<NetworkView["team"]>(null);
  const [problem, setProblem] = useState<string | null>(null);
  return useMemo(() => {
    const attempt = (work: Promise<unknown>) =>
      void work.then(
        () => setProblem(null),
        (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
      );
    return {
      ...{ sandboxPolicy, team, problem },
      look: () => attempt(session.request("skein/network/policy/read", {}).then(({ mode }) => setTeam(mode))),
      change: (isOn: boolean) => {
        const next = withNetwork(sandboxPolicy, isOn);
        if (next !== null) attempt(session.request("thread/settings/update", { threadId, sandboxPolicy: next }));
      },
    };
  }, [session, threadId, sandboxPolicy, team, problem]);
}
