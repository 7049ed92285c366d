/** Whether the server lets this client in. A refused upgrade tells a WebSocket nothing but that it failed, so it is asked by other means. */
export type Access =
  | "granted"
  | "signedOut"
  /** The server answers, and asks to come less often. */
  | "tooOften"
  | "unknown";

export type CheckAccess = () => Promise<Access>;

/** Where the socket itself says why it was refused. */
export const accessUnknown: CheckAccess = async () => "unknown";

/** Asks over HTTP, at the address where the server tells a browser who is signed in. */
export function accessAt(url: string): CheckAccess {
  return async () => {
    try {
      const { status } = await fetch(url, {
        headers: { accept: "application/json" },
        signal: AbortSignal.timeout(5_000),
      });
      if (status === 401) return "signedOut";
      if (status === 429) return "tooOften";
      return status === 200 ? "granted" : "unknown";
    } catch {
      return "unknown";
    }
  };
}
