/** Kept for the other side while it is away; what a session's commands say is bounded by their windows far below this. */
export const defaultMaxKeptBytes = 64 * 1024 * 1024;

/** How long a session outlives its connection. */
export const defaultResumeWithinMs = 60_000;

/** A connection is given up when its other side is silent for two of these. */
export const heartbeatMs = 5_000;

/** Of one command's output on its way to the node; both sides hold to it. */
export const processWindowBytes = 256 * 1024;
