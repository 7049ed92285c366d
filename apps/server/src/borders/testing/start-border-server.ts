/** The server at whose borders everything is tried: with accounts, and however long it takes. */
import { startTestServer, type TestServer } from "../../testing/start-test-server.ts";

/**
 * The victim has a turn under way from the beginning to the end. Neither may its model's silence count as broken meanwhile, nor its
 * thread be claimed anew: both are told to its owner, who is to hear nothing.
 */
const unhurried = { SKEIN_MODEL_PATIENCE_SECONDS: "86400", SKEIN_LEASE_SECONDS: "3600" };

/** `environment`: further variables of the server's. */
export function startBorderServer(environment: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  return startTestServer({ SKEIN_ACCOUNTS: "on", SKEIN_ACCESS_TOKEN: "", ...unhurried, ...environment });
}
