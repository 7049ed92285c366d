/** Which hosts a list allows: `example.org`, `*.example.org` for all below it, `*` for all; with `:port`, or for 80 and 443. */
import { canonicalAddress } from "./classify-address.ts";
import { parseAuthority, parseHost, type Target } from "./target.ts";

export interface HostPattern {
  readonly type: "host" | "below" | "all";
  /** Empty for all. */
  readonly host: string;
  /** null: those of the web. */
  readonly port: number | null;
}

const webPorts = [80, 443];

/** null: it is none. */
export function parseHostPattern(text: string): HostPattern | null {
  const trimmed = text.trim();
  const [, star, rest] = /^(\*\.|\*(?=$|:\d+$))?(.*)$/.exec(trimmed) ?? [];
  if (star === "*") {
    const target = rest === "" ? null : parseAuthority(`all${rest}`);
    return rest === "" || target !== null ? { type: "all", host: "", port: target?.port ?? null } : null;
  }
  const authority = parseAuthority(rest ?? "");
  const host = authority?.host ?? parseHost(rest ?? "");
  if (host === null || (star === "*." && canonicalAddress(host) !== null)) return null;
  return { type: star === "*." ? "below" : "host", host, port: authority?.port ?? null };
}

/** As it is kept and shown: one spelling for each. */
export function presentHostPattern({ type, host, port }: HostPattern): string {
  const shown = host.includes(":") ? `[${host}]` : host;
  const name = { host: shown, below: `*.${shown}`, all: "*" }[type];
  return port === null ? name : `${name}:${port}`;
}

export function matchesHost(pattern: HostPattern, { host, port }: Target): boolean {
  if (pattern.port === null ? !webPorts.includes(port) : pattern.port !== port) return false;
  switch (pattern.type) {
    case "all":
      return true;
    case "host":
      return host === pattern.host;
    case "below":
      return host.endsWith(`.${pattern.host}`);
  }
}
