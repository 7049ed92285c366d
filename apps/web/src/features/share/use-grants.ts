import type { ResultOf } from "@skein/protocol/methods";
import type { Member } from "@skein/protocol/methods/member";
import type { Right } from "@skein/protocol/right";
import { useCallback, useEffect, useState } from "react";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { useAttempts } from "../settings/use-attempts.ts";

export interface Grants {
  /** null until the server has answered. */
  readonly shared: ResultOf<"skein/thread/grant/list"> | null;
  readonly members: readonly Member[];
  readonly error: string | null;
  /** `level` null: nothing any more. */
  readonly set: (userId: string, level: Right | null) => void;
  readonly handOver: (userId: string) => void;
}

/** To whom the thread is shared, as long as somebody looks at it. */
export function useGrants(threadId: string): Grants {
  const session = useSession();
  const live = useIsLive();
  const [shared, setShared] = useState<Grants["shared"]>(null);
  const [members, setMembers] = useState<readonly Member[]>([]);
  const { error, attempt } = useAttempts();
  const load = useCallback(async () => {
    const [grants, people] = await Promise.all([
      session.request("skein/thread/grant/list", { threadId }),
      session.request("skein/member/list", {}),
    ]);
    setShared(grants);
    setMembers(people.data);
  }, [session, threadId]);
  useEffect(() => {
    if (live) void attempt(load());
  }, [live, load, attempt]);
  const set = (userId: string, level: Right | null) =>
    void attempt(session.request("skein/thread/grant/set", { threadId, userId, level }).then(load));
  const handOver = (userId: string) =>
    void attempt(session.request("skein/thread/handOver", { threadId, userId }).then(load));
  return { shared, members, error, set, handOver };
}
