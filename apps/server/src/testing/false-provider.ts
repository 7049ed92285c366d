/** A provider of OpenID Connect that lies: what it puts into its ID token is up to the test. */
import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { clientId } from "./provider-server.ts";

export interface Lie {
  /** Of the ID token, over what it should be. */
  readonly header?: object;
  readonly claims?: object;
  /** The token is not signed by the key that the provider has published. */
  readonly foreignKey?: boolean;
}

export interface FalseProvider {
  readonly issuer: string;
  /** For the next token; `nonce`: what it was asked with. */
  tell(lie: Lie, nonce: string): void;
  stop(): Promise<void>;
}

const makeKey = () => generateKeyPairSync("rsa", { modulusLength: 2048 });

export async function startFalseProvider(): Promise<FalseProvider> {
  const [own, foreign] = [makeKey(), makeKey()];
  let lie: Lie = {};
  let nonce = "";
  let issuer = "";
  const answers: Readonly<Record<string, () => object>> = {
    "/.well-known/openid-configuration": () => ({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      id_token_signing_alg_values_supported: ["RS256"],
    }),
    "/keys": () => ({ keys: [{ ...own.publicKey.export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" }] }),
    "/token": () => ({ access_token: "x", token_type: "bearer", id_token: idToken() }),
  };
  const idToken = () => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      aud: clientId,
      sub: "eve",
      nonce,
      iat: now,
      exp: now + 60,
      email: "e@x.org",
      ...lie.claims,
    };
    const parts = [{ alg: "RS256", kid: "1", ...lie.header }, claims];
    const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    const { privateKey } = lie.foreignKey === true ? foreign : own;
    return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
  };
  const server = createServer((request, response) => {
    const answer = answers[new URL(request.url ?? "/", "http://x").pathname];
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer?.() ?? {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    tell: (next, asked) => {
      lie = next;
      nonce = asked;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
