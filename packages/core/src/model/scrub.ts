/** Provider text as people and logs may see it: no addresses, no credentials, of bounded length. */

const maxChars = 2000;

const secrets: readonly (readonly [RegExp, string])[] = [
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)\]}]+/gi, "[address]"],
  [/\bbearer\s+[^\s"',}]+/gi, "[credential]"],
  [/\b(?:sk|pk|rk|key|sess)-[A-Za-z0-9_*-]{4,}/g, "[credential]"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, "[address]"],
];

export function scrubbed(text: string): string {
  const clean = secrets.reduce((result, [pattern, instead]) => result.replace(pattern, instead), text.slice(0, 8192));
  return clean.length <= maxChars ? clean : `${clean.slice(0, maxChars)}…`;
}
