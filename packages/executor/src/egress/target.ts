/**
 * Where a connection is to go, in one spelling. The parser is that of URLs, as browsers and curl have it: it turns decimal,
 * octal and hexadecimal spellings into addresses and international names into ASCII, so that what is compared with
 * a list is what will be connected to.
 */
import { canonicalAddress } from "./classify-address.ts";

export interface Target {
  /** Lower case, without the last dot; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Of `host:port` as CONNECT has it. null: it is not exactly that. */
export function parseAuthority(text: string): Target | null {
  const port = /:(\d{1,5})$/.exec(text)?.[1];
  if (port === undefined) return null;
  const host = parseHost(text.slice(0, -port.length - 1));
  const number = Number(port);
  return host === null || number < 1 || number > 65_535 ? null : { host, port: number };
}

/** Of a URL of http or https. null: it is another, names a user, or none that can be connected to. */
export function targetOfUrl(url: URL): Target | null {
  const isSecure = url.protocol === "https:";
  if (!isSecure && url.protocol !== "http:") return null;
  if (url.username !== "" || url.password !== "") return null;
  const host = parseHost(url.hostname);
  const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
  return host === null || port === 0 ? null : { host, port };
}

/** As `Target.host`; null for what is no host: empty, with a user, a path, a zone, an escape, or over 253 characters. */
export function parseHost(text: string): string | null {
  if (!/^(?:\[[0-9a-fA-F:.]+\]|[^\s/\\?#@:%[\]<>^|]+)$/.test(text)) return null;
  const url = URL.canParse(`http://${text}/`) ? new URL(`http://${text}/`) : null;
  if (url === null || url.port !== "" || url.username !== "") return null;
  if (url.hostname.startsWith("[")) return canonicalAddress(url.hostname.slice(1, -1));
  const name = url.hostname.replace(/\.$/, "");
  return isName(name) ? name : null;
}

/** Underscores exist in names that people use. */
function isName(name: string): boolean {
  return (
    name.length <= 253 && name.split(".").every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
  );
}
