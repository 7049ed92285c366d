/** The token in what a person pasted: the whole link that the server printed, or the token alone. null when it holds none. */
export function readSignInToken(pasted: string): string | null {
  const text = pasted.trim();
  if (text === "") return null;
  const fromLink = /[?&]token=([^&#\s]+)/.exec(text)?.[1];
  if (fromLink !== undefined) return safeDecode(fromLink);
  return /^[\w.~+/=-]+$/.test(text) && !text.includes("://") ? text : null;
}

function safeDecode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
