/** The keys under which what tenants entrust to the server is kept. */
import { ConfigError } from "./config-error.ts";

export interface SecretValues {
  readonly SKEIN_SECRET?: string | undefined;
  readonly SKEIN_SECRET_PREVIOUS?: string | undefined;
}

const minChars = 32;

/** The current one first; empty: the server makes its own. Throws `ConfigError`. */
export function readSecrets({
  SKEIN_SECRET: current,
  SKEIN_SECRET_PREVIOUS: previous,
}: SecretValues): readonly string[] {
  if (current !== undefined && current.length < minChars) {
    throw new ConfigError(
      `SKEIN_SECRET: must have at least ${minChars} characters, such as openssl rand -base64 32 gives`,
    );
  }
  if (previous === undefined) return current === undefined ? [] : [current];
  if (current === undefined) throw new ConfigError("SKEIN_SECRET: must be set, as SKEIN_SECRET_PREVIOUS is");
  const earlier = previous.split(",").map((secret) => secret.trim());
  if (earlier.some((secret) => secret.length < minChars)) {
    throw new ConfigError(`SKEIN_SECRET_PREVIOUS: each must have at least ${minChars} characters`);
  }
  return [current, ...earlier];
}
