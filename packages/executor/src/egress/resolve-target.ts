/**
 * From a host to the addresses that may be connected to. They are asked for once and the connection uses just them, so that a
 * name which answers otherwise the next time has nothing of it.
 */
import {
  type AddressVerdict,
  canonicalAddress,
  classifyAddress,
  type RefusedAddressReason,
} from "./classify-address.ts";
import { type InternalHosts, isInternalAddress, isInternalName } from "./internal-hosts.ts";
import type { Target } from "./target.ts";

/** What a network allows to be reached, whoever asks. */
export interface EgressRules {
  readonly internal: InternalHosts;
  /** Of this machine's interfaces, at the time of the call. */
  ownAddresses(): ReadonlySet<string>;
  /** All addresses of a name. `trusted`: the operator named it. Rejects, or gives none, when there are none. */
  lookup(name: string, trusted: boolean): Promise<readonly string[]>;
}

export type Resolution =
  /** At least one. */
  | { readonly type: "resolved"; readonly addresses: readonly string[] }
  | { readonly type: "refused"; readonly address: string; readonly reason: RefusedAddressReason }
  | { readonly type: "notFound"; readonly message: string };

/**
 * One refused address among the answers refuses the host: an honest name has no reason to mix the two, and a dishonest one could
 * wait until the public address does not answer and the other is tried.
 */
export async function resolveTarget(target: Target, rules: EgressRules): Promise<Resolution> {
  const trusted = isInternalName(rules.internal, target);
  const isAddress = canonicalAddress(target.host) !== null;
  let answers: readonly string[];
  try {
    answers = isAddress ? [target.host] : await rules.lookup(target.host, trusted);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { type: "notFound", message: `${target.host} could not be resolved: ${code ?? message}` };
  }
  if (answers.length === 0) return { type: "notFound", message: `${target.host} has no address` };
  if (!trusted) {
    const own = rules.ownAddresses();
    for (const address of answers) {
      const verdict = judge(address, target.port, rules.internal, own);
      if (verdict.type === "refused") return { ...verdict, address };
    }
  }
  return { type: "resolved", addresses: answers };
}

function judge(address: string, port: number, internal: InternalHosts, own: ReadonlySet<string>): AddressVerdict {
  const canonical = canonicalAddress(address);
  if (canonical !== null && isInternalAddress(internal, canonical, port)) return { type: "public" };
  return classifyAddress(address, own);
}
