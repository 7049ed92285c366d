import { Agent } from "undici";

/**
 * `fetch` for answers of models, which may pause for longer than the 300 s that the platform allows them. How long is the turn's to say,
 * who gives up by the signal.
 */
export function createPatientFetch(): typeof fetch {
  const agent = new Agent({ bodyTimeout: 0 });
  // The agent is of the version that is built into Node, whose type names another package.
  const dispatcher = agent as unknown as NonNullable<RequestInit["dispatcher"]>;
  return (input, init) => fetch(input, { ...init, dispatcher });
}
