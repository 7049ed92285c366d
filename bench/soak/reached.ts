import type { ThreadSnapshot } from "@skein/client/thread/thread-snapshot";
import type { ThreadStore } from "@skein/client/thread/thread-store";

/** Resolves when the store's snapshot is as wanted; false when it is not within `ms`. */
export function reached(
  store: ThreadStore,
  ms: number,
  isWanted: (snapshot: ThreadSnapshot) => boolean,
): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (result: boolean) => {
      clearTimeout(timer);
      leave();
      resolve(result);
    };
    const timer = setTimeout(() => finish(false), ms);
    const look = () => {
      if (isWanted(store.getSnapshot())) finish(true);
    };
    const leave = store.subscribe(look);
    look();
  });
}
