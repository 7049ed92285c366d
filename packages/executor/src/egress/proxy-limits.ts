/** Of one sandbox's way out. */
export interface ProxyLimits {
  /** At once; those that wait for a decision are among them. */
  readonly maxConnections: number;
  /** In both directions together, over the sandbox's life. */
  readonly maxBytes: number;
  readonly connectTimeoutMs: number;
  /** A connection on which nothing moves for so long is ended. */
  readonly idleMs: number;
  /** And one that is older than this, whatever moves. */
  readonly maxAgeMs: number;
  /** How often it is asked whether an open connection is still allowed. */
  readonly lookMs: number;
}

export const defaultProxyLimits: ProxyLimits = {
  maxConnections: 128,
  maxBytes: 8 * 1024 * 1024 * 1024,
  connectTimeoutMs: 15_000,
  idleMs: 5 * 60_000,
  maxAgeMs: 60 * 60_000,
  lookMs: 5_000,
};
