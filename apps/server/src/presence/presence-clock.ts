/** Time, so that tests have their own. */
export interface PresenceClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once after `ms`; the result cancels it. It keeps no process alive. */
  after(ms: number, task: () => void): () => void;
}

export const systemPresenceClock: PresenceClock = {
  now: () => Date.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
