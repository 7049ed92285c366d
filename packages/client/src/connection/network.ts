/** Whether the machine believes to have a network. */
export interface Network {
  isOnline(): boolean;
  /** The result ends the watch. */
  watch(changed: () => void): () => void;
}

/** The browser's knowledge; where there is none, as in Node, the network is taken to be there. */
export function systemNetwork(): Network {
  const { navigator, addEventListener, removeEventListener } = globalThis as Partial<EventTarget> & {
    navigator?: { readonly onLine?: boolean };
  };
  return {
    isOnline: () => navigator?.onLine ?? true,
    watch: (changed) => {
      if (addEventListener === undefined || removeEventListener === undefined) return () => {};
      addEventListener.call(globalThis, "online", changed);
      addEventListener.call(globalThis, "offline", changed);
      return () => {
        removeEventListener.call(globalThis, "online", changed);
        removeEventListener.call(globalThis, "offline", changed);
      };
    },
  };
}
