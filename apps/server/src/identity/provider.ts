/**
 * A provider of OpenID Connect, found by discovery. The library checks state, nonce, issuer, audience, times and, because it is
 * told to, the signature of what the provider says; here it is decided what to ask for and what counts of the answer.
 */
import * as oidc from "openid-client";
import type { ExternalIdentity } from "./external-identity.ts";

export interface ProviderOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What one browser keeps between its way to the provider and its way back. */
export interface Flow {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

const timeoutSeconds = 10;

export class Provider {
  readonly #options: ProviderOptions;
  #discovered: Promise<oidc.Configuration> | null = null;

  constructor(options: ProviderOptions) {
    this.#options = options;
  }

  /** Where to send the browser. Rejects when the provider cannot be reached, or is not who the configuration names. */
  async begin(redirectUri: string): Promise<{ readonly url: URL; readonly flow: Flow }> {
    const configuration = await this.#configuration();
    const flow = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      codeVerifier: oidc.randomPKCECodeVerifier(),
    };
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: "openid email profile",
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(flow.codeVerifier),
      code_challenge_method: "S256",
    });
    return { url, flow };
  }

  /** `returned`: the address to which the provider has sent the browser. Rejects when anything of it is not as it must be. */
  async finish(returned: URL, { state, nonce, codeVerifier }: Flow): Promise<ExternalIdentity> {
    const configuration = await this.#configuration();
    const tokens = await oidc.authorizationCodeGrant(configuration, returned, {
      pkceCodeVerifier: codeVerifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new Error("the provider has sent no ID token");
    const { userinfo_endpoint } = configuration.serverMetadata();
    // Many say in the ID token only who it is, and the rest when they are asked.
    const isComplete = claims.email !== undefined || userinfo_endpoint === undefined;
    const profile = isComplete ? claims : await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub);
    return {
      issuer: claims.iss,
      subject: claims.sub,
      name: text(profile.name),
      email: text(profile.email),
      // Some providers send a string; what is not plainly true is not true.
      emailVerified: profile.email_verified === true,
    };
  }

  #configuration(): Promise<oidc.Configuration> {
    this.#discovered ??= this.#discover().catch((reason: unknown) => {
      this.#discovered = null;
      throw reason;
    });
    return this.#discovered;
  }

  #discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.#options;
    const server = new URL(issuer);
    // The configuration lets plain http through for loopback only.
    const execute = [
      oidc.enableNonRepudiationChecks,
      ...(server.protocol === "http:" ? [oidc.allowInsecureRequests] : []),
    ];
    return oidc.discovery(server, clientId, undefined, clientAuthentication(clientSecret), {
      execute,
      timeout: timeoutSeconds,
    });
  }
}

/** In the way that the provider knows; one that does not say knows the header. */
function clientAuthentication(secret: string): oidc.ClientAuth {
  const [post, basic] = [oidc.ClientSecretPost(secret), oidc.ClientSecretBasic(secret)];
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    return (methods.includes("client_secret_basic") ? basic : post)(server, ...rest);
  };
}

function text(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}
