import { createContext, useContext, useSyncExternalStore } from "react";
import type { Session, Store } from "./session.ts";

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("a screen stands outside a session");
  return session;
}

/** Whether what is shown is kept up to date. */
export function useIsLive(): boolean {
  return useStore(useSession().state).type === "live";
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.getSnapshot);
}
