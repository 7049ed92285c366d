/** How long the client waits for what, in milliseconds. */
export const patience = {
  /** For a socket to open. */
  connectMs: 10_000,
  /** For the answer to whether there is access. */
  accessMs: 6_000,
  /** For the answer to `initialize`. */
  initializeMs: 20_000,
  /** Without a word from the server before it is asked for one: browsers neither send pings nor see those of the server. */
  quietMs: 20_000,
  /** For the answer to that. */
  checkMs: 10_000,
  /** The same when there is reason for doubt: the page slept, or the network changed. */
  doubtMs: 3_000,
  /** Between attempts while the machine says that it has no network. */
  offlineMs: 30_000,
} as const;
