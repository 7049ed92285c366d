/** Limits on what people use, as the environment names them. */
import { ConfigError } from "./config-error.ts";

/** Tokens; null: no limit. */
export interface WindowTokens {
  readonly primary: number | null;
  readonly secondary: number | null;
}

export interface UsageSettings {
  readonly windows: { readonly primaryMinutes: number; readonly secondaryMinutes: number };
  /** Of every member's own. */
  readonly allowance: WindowTokens;
  /** What a tenant's members share. */
  readonly pool: WindowTokens;
  /** Set aside for an answer before the model is asked. */
  readonly answerTokens: number;
  /** Turns at once on this node. */
  readonly turns: { readonly node: number; readonly tenant: number; readonly user: number };
}

interface Values {
  readonly SKEIN_USAGE_WINDOWS: string;
  readonly SKEIN_MEMBER_ALLOWANCE?: string | undefined;
  readonly SKEIN_TENANT_POOL?: string | undefined;
  readonly SKEIN_ANSWER_TOKENS: number;
  readonly SKEIN_TURNS_PER_NODE: number;
  readonly SKEIN_TURNS_PER_TENANT: number;
  readonly SKEIN_TURNS_PER_MEMBER: number;
}

const maxMinutes = 527_040;

export function readUsageSettings(values: Values): { readonly usage: UsageSettings } {
  return {
    usage: {
      windows: readWindows(values.SKEIN_USAGE_WINDOWS),
      allowance: readTokens("SKEIN_MEMBER_ALLOWANCE", values.SKEIN_MEMBER_ALLOWANCE),
      pool: readTokens("SKEIN_TENANT_POOL", values.SKEIN_TENANT_POOL),
      answerTokens: values.SKEIN_ANSWER_TOKENS,
      turns: {
        node: values.SKEIN_TURNS_PER_NODE,
        tenant: values.SKEIN_TURNS_PER_TENANT,
        user: values.SKEIN_TURNS_PER_MEMBER,
      },
    },
  };
}

/** "300/10080": minutes, the shorter one first. */
function readWindows(value: string): UsageSettings["windows"] {
  const [, first, second] = /^(\d+)\/(\d+)$/.exec(value) ?? [];
  const [primaryMinutes, secondaryMinutes] = [Number(first), Number(second)];
  if (
    first === undefined ||
    primaryMinutes < 1 ||
    secondaryMinutes <= primaryMinutes ||
    secondaryMinutes > maxMinutes
  ) {
    throw new ConfigError("SKEIN_USAGE_WINDOWS: must be two lengths in minutes, the shorter one first, e.g. 300/10080");
  }
  return { primaryMinutes, secondaryMinutes };
}

/** "500000/2000000": tokens for the two windows; "-" stands for no limit. */
function readTokens(name: string, value: string | undefined): WindowTokens {
  if (value === undefined) return { primary: null, secondary: null };
  const tokens = parseWindowTokens(value);
  if (tokens === null) {
    throw new ConfigError(`${name}: must be tokens for the two windows, e.g. 500000/2000000; - stands for no limit`);
  }
  return tokens;
}

/** null: not understood. */
export function parseWindowTokens(value: string): WindowTokens | null {
  const [, primary, secondary] = /^(\d{1,15}|-)\/(\d{1,15}|-)$/.exec(value) ?? [];
  if (primary === undefined || secondary === undefined) return null;
  const read = (text: string) => (text === "-" ? null : Number(text));
  return { primary: read(primary), secondary: read(secondary) };
}
