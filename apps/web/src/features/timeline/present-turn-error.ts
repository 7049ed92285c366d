import type { TurnError } from "@skein/protocol/turn-error";

export interface PresentedError {
  readonly title: string;
  /** What the person can do about it; null when trying again is all there is. */
  readonly advice: string | null;
}

/** Says in plain words what kind of failure ended a turn. The server's own message stands below it. */
export function presentTurnError({ codexErrorInfo: info }: TurnError): PresentedError {
  const kind = info === null ? "other" : typeof info === "string" ? info : Object.keys(info)[0]!;
  return known[kind] ?? { title: "The turn failed", advice: null };
}

/** The server names points in time in ISO 8601; people read theirs. */
export function presentTimes(message: string, timeZone?: string): string {
  const style = { dateStyle: "medium", timeStyle: "short", ...(timeZone === undefined ? {} : { timeZone }) } as const;
  return message.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (at) =>
    new Date(at).toLocaleString("en", style),
  );
}

const known: Readonly<Record<string, PresentedError>> = {
  contextWindowExceeded: {
    title: "The conversation no longer fits the model",
    advice: "Start a new thread, or ask for less at once.",
  },
  usageLimitExceeded: {
    title: "The usage limit is reached",
    advice: "Settings show what is used, and of what.",
  },
  sessionBudgetExceeded: { title: "The budget is spent", advice: null },
  rateLimitExceeded: { title: "The model is answering too many requests", advice: "Wait a moment, then retry." },
  serverOverloaded: { title: "The model is overloaded", advice: "Wait a moment, then retry." },
  modelNotFound: { title: "The model does not exist", advice: "Choose another model below." },
  unauthorized: {
    title: "The model refused the key",
    advice: "Check the key in the settings, or ask whose key it is.",
  },
  badRequest: { title: "The model refused the request", advice: null },
  sandboxError: { title: "The sandbox could not be started", advice: null },
  httpConnectionFailed: {
    title: "The model could not be reached",
    advice: "Check the server's network and model address.",
  },
  responseStreamConnectionFailed: {
    title: "The model could not be reached",
    advice: "Check the server's network and model address.",
  },
  responseStreamDisconnected: { title: "The model's answer broke off", advice: null },
  responseTooManyFailedAttempts: { title: "The model failed several times", advice: null },
};
