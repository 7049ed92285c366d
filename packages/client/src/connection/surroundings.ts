/** What happens around the client: the machine's network comes and goes, the page sleeps and wakes. */
export interface Surroundings {
  /** Whether the machine believes to have a network. */
  isOnline(): boolean;
  /** Whether a person has the page before them. */
  isWatched(): boolean;
  /** The result ends the watch. */
  watch(listener: SurroundingsListener): () => void;
}

export interface SurroundingsListener {
  networkChanged(): void;
  /** The page was asleep or out of sight, and no longer is. */
  woke(): void;
}

interface Page {
  readonly navigator?: { readonly onLine?: boolean };
  readonly document?: EventTarget & { readonly visibilityState?: string };
  readonly addEventListener?: EventTarget["addEventListener"];
}

/** The browser's knowledge; where there is none, as in Node, the network is taken to be there, nobody watches and nothing ever sleeps. */
export function systemSurroundings(): Surroundings {
  const { navigator, document, addEventListener } = globalThis as Page;
  const isWatched = () => document?.visibilityState === "visible";
  return {
    isOnline: () => navigator?.onLine ?? true,
    isWatched,
    watch: ({ networkChanged, woke }) => {
      const ended = new AbortController();
      const { signal } = ended;
      const visible = () => {
        if (isWatched()) woke();
      };
      if (addEventListener !== undefined) {
        const page = globalThis as unknown as EventTarget;
        page.addEventListener("online", networkChanged, { signal });
        page.addEventListener("offline", networkChanged, { signal });
        // Out of the back-forward cache, and out of the freezer.
        page.addEventListener("pageshow", woke, { signal });
        document?.addEventListener("resume", woke, { signal });
        document?.addEventListener("visibilitychange", visible, { signal });
      }
      return () => ended.abort();
    },
  };
}
