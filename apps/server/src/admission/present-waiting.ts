/** `ahead`: turns that wait before this one. */
export function presentWaiting(ahead: number): string {
  if (ahead === 0) return "Waiting for its turn: it is the next one.";
  return `Waiting for its turn: ${ahead} ${ahead === 1 ? "turn" : "turns"} before it.`;
}
