/** From where a workspace may be cloned: an address of https, and nothing that is carried in it or in another way. */
import { type Target, targetOfUrl } from "@skein/executor/egress/target";

export type CloneAddress =
  | { readonly type: "address"; readonly url: string; readonly target: Target }
  /** The message is for the person who asked. */
  | { readonly type: "refused"; readonly message: string };

export function readCloneAddress(text: string): CloneAddress {
  const given = text.trim();
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url?.protocol !== "https:" || /[\p{Cc}\s\\]/u.test(given)) return refused(given);
  if (url.username !== "" || url.password !== "") {
    return {
      type: "refused",
      message: "the address names a user; keep the name and the token as a credential instead",
    };
  }
  if (url.search !== "" || url.hash !== "") {
    return { type: "refused", message: "the address of a repository has no query and no fragment" };
  }
  const target = targetOfUrl(url);
  if (target === null) return { type: "refused", message: "the address names no host that could be reached" };
  if (url.pathname === "/") return { type: "refused", message: "the address names a host and no repository on it" };
  return { type: "address", url: url.href, target };
}

function refused(text: string): CloneAddress {
  const other = /^([a-z][a-z0-9+.-]*)(?::\/\/|::)/i.exec(text)?.[1]?.toLowerCase();
  const isSsh = other === "ssh" || other === "git+ssh" || (other === undefined && /^[^\s/:]+:(?!\/\/)/.test(text));
  const what = isSsh ? "SSH" : other === undefined || other === "https" ? null : `${other}:`;
  if (what === null)
    return { type: "refused", message: "this is no address of https, such as https://example.org/repository.git" };
  return {
    type: "refused",
    message: `repositories are cloned over https, not over ${what}; give the address that begins with https://`,
  };
}

/** The host as people write it: with its port where it is not that of https. */
export function hostOfTarget({ host, port }: Target): string {
  const bracketed = host.includes(":") ? `[${host}]` : host;
  return port === 443 ? bracketed : `${bracketed}:${port}`;
}
