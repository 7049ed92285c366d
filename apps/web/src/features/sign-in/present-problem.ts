/** In words, why somebody did not get in: by the stable name that the server gives it. */
import { formatDuration } from "../../lib/format-duration.ts";
import type { Failure } from "../../session/account-api.ts";

const words: Readonly<Record<string, string>> = {
  wrongCredentials: "The e-mail address or the password is wrong.",
  noTenant: "You do not belong to a team here any more. Ask an owner of your team to invite you again.",
  busy: "Many people are signing in just now. Try again in a few seconds.",
  unreachable: "The server does not answer. Check your connection and try again.",
  linkNotFound: "This link does not work: it was used before, or is too old. Ask for a new one.",
  invitationNotFound: "This invitation does not work any more: it was used before, revoked, or is too old.",
  alreadyMember: "You belong to this team already.",
  emailTaken: "Another account has this e-mail address.",
  wrongPassword: "The current password is wrong.",
  ownersOnly: "Only somebody who owns a team can make another.",
  flowLost: "That took too long, or was begun in another browser. Try again.",
  providerFailed: "Signing in there did not work. Try again, or sign in with your password.",
  noAccount: "Nobody here is known by that sign-in. You need an invitation first.",
  proofNeeded:
    "That sign-in alone does not prove that its e-mail address is yours here. Sign in with its password, then connect the two in the settings.",
  tooOften: "That was tried too often. Try again in a few minutes.",
  noEmail: "That sign-in does not tell your e-mail address, which an account needs.",
  taken: "That sign-in belongs to another account, or yours is connected with another one.",
  signedOut: "You are signed out. Sign in and try again.",
  "signed out": "You are signed out. Sign in and try again.",
};

export function presentProblem(error: string): string {
  return words[error] ?? "That did not work. Try again in a moment.";
}

export function presentFailure({ error, message, retryAfterSeconds, tenants }: Failure): string {
  if (error === "tooOften") {
    const pause = formatDuration((retryAfterSeconds ?? 60) * 1000);
    return `That was tried too often. Try again in ${pause}, or in a browser in which you have signed in before.`;
  }
  if (error === "lastOwner" && tenants !== undefined) {
    const teams = tenants.length === 1 ? `the team ${tenants[0]}` : `the teams ${tenants.join(" and ")}`;
    return `You are the only owner of ${teams}. Make somebody else an owner first, or ask whoever runs this server to delete it.`;
  }
  if (error === "invalid" && message !== null) return message.charAt(0).toUpperCase() + message.slice(1);
  return presentProblem(error);
}
