import type { Config } from "./config.ts";

/** What the server keeps to itself, by its value: whoever is shown a thread by a link never sees any of it. */
export function deriveServerSecrets({
  databaseUrl,
  nats,
  provider,
  accessToken,
  runnerToken,
  model,
  secrets,
}: Config): readonly string[] {
  const addresses = [databaseUrl, model.baseUrl].flatMap(passwordOf);
  const named = [
    ...secrets,
    accessToken,
    runnerToken,
    model.apiKey,
    provider?.clientSecret ?? null,
    ...natsSecrets(nats),
  ];
  return [...new Set([...addresses, ...named.filter((secret) => secret !== null && secret !== "")])] as string[];
}

function passwordOf(url: string | null): string[] {
  const password = url === null ? "" : new URL(url).password;
  return password === "" ? [] : [decodeURIComponent(password)];
}

function natsSecrets(nats: Config["nats"]): readonly string[] {
  switch (nats?.credentials.type) {
    case "password":
      return [nats.credentials.password];
    case "token":
      return [nats.credentials.token];
    default:
      return [];
  }
}
