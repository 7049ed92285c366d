/** A real provider of OpenID Connect on a port of its own. It knows everybody, by the name that they type. */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

export interface Person {
  readonly name?: string;
  readonly email?: string;
  readonly email_verified?: boolean;
}

export interface ProviderServer {
  readonly issuer: string;
  /** What it says of whom; of everybody else it knows the name only by which they sign in. */
  readonly people: Map<string, Person>;
  /** From now on it knows the client, who wants people back there. */
  serve(redirectUri: string): void;
  stop(): Promise<void>;
}

export const clientId = "skein";
export const clientSecret = "a-secret-of-the-client";

export async function startProviderServer(): Promise<ProviderServer> {
  let listener: RequestListener = (_request, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => listener(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, Person>();
  return {
    ...{ issuer, people },
    serve: (redirectUri) => {
      listener = providerFor(issuer, redirectUri, people).callback();
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function providerFor(issuer: string, redirectUri: string, people: ReadonlyMap<string, Person>): Provider {
  return new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
    // Refused is whoever does not send a challenge.
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    cookies: { keys: ["for tests only"] },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, ...people.get(accountId) }),
    }),
  });
}
