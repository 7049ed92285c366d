/** How the process writes its log: without what opens doors, wherever a record holds a request or headers. */
import type { LoggerOptions } from "pino";

export function logOptions(level: string): LoggerOptions {
  return {
    level,
    serializers: { req: presentRequest },
    redact: {
      paths: ["headers", "*.headers", "cookie", "*.cookie", "authorization", "*.authorization"],
      censor: "(left out)",
    },
  };
}

interface Request {
  readonly method?: string;
  readonly url?: string;
  readonly ip?: string;
}

/** The path alone: what follows it may be a secret, as in the link that signs in. */
function presentRequest({ method, url = "", ip }: Request): Request {
  return {
    ...(method === undefined ? {} : { method }),
    url: url.replace(/[?#].*$/s, ""),
    ...(ip === undefined ? {} : { ip }),
  };
}
