/** `NATS_URL`: one address or several of one cluster, separated by commas, e.g. `nats://user:secret@one:4222,nats://two`. */

export interface NatsAddress {
  /** `host:port` of each server. */
  readonly servers: readonly string[];
  readonly tls: boolean;
  readonly credentials:
    | { readonly type: "none" }
    | { readonly type: "password"; readonly user: string; readonly password: string }
    | { readonly type: "token"; readonly token: string };
}

const defaultPort = "4222";

/** null: not understood. The credentials are those of the first address that has any. */
export function parseNatsUrl(text: string): NatsAddress | null {
  const urls = text.split(",").map((part) => URL.parse(part.trim()));
  const known = urls.filter((url) => url !== null);
  const [first] = known;
  if (first === undefined || known.length !== urls.length) return null;
  if (known.some(({ protocol, hostname }) => !/^(nats|tls):$/.test(protocol) || hostname === "")) return null;
  return {
    servers: known.map(({ hostname, port }) => `${hostname}:${port === "" ? defaultPort : port}`),
    tls: known.some(({ protocol }) => protocol === "tls:"),
    credentials: credentialsOf(known.find(({ username }) => username !== "") ?? first),
  };
}

function credentialsOf({ username, password }: URL): NatsAddress["credentials"] {
  if (username === "") return { type: "none" };
  const name = decodeURIComponent(username);
  return password === ""
    ? { type: "token", token: name }
    : { type: "password", user: name, password: decodeURIComponent(password) };
}
