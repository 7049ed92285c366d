/** What work may take in sum. What one process or one command may take is in `SandboxLimits` and `RunnerLimits`. */
export interface Share {
  /** Threads count as processes. */
  readonly processes: number;
  /** Heaps, shared memory, memfd and what lies in /tmp, /dev/shm and the home; where there are no control groups, less is seen. */
  readonly memoryBytes: number;
}

export interface SharedLimits {
  /** Of a thread's commands together. */
  readonly environment: Share;
  readonly tenant: Share;
  /** Of everything that runs for threads on this machine, so that the server and the database keep the rest. */
  readonly machine: Share;
}

/** Of a workspace's directory. */
export interface WorkspaceLimits {
  readonly bytes: number;
  readonly files: number;
}
