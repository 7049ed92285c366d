import type { CredentialOutcome } from "@skein/protocol/methods/model-credential";

/** What the test of a key has shown, and what to do about it. */
export const outcomeWords: Readonly<Record<CredentialOutcome, string>> = {
  works: "It works.",
  wrongKey: "The provider does not accept this key.",
  noSuchHost: "There is no such host. Check the address.",
  refusedAddress: "This server does not connect to that address.",
  unreachable: "Nothing answers at that address.",
  modelNotFound: "The provider does not know the model, or the address is not that of its API.",
  limited: "The provider knows the key, and limits or bills it: it takes no more requests now.",
  timeout: "The provider did not answer in time.",
  redirected: "The address leads on to another one. Give that one.",
  failed: "The provider failed. Try again later.",
};

export const payerWords = {
  user: "Your turns are paid with your own key.",
  tenant: "Your turns are paid with the team's key.",
  server: { real: "Your turns are paid with the server's key.", demo: "There is no key: the demo model answers." },
} as const;
