import { type ExtensionName, extensionNames, presenceExtension, replayExtension } from "@skein/protocol/extensions";
import { CODEX_PROTOCOL_VERSION } from "@skein/protocol/version";
import { skeinVersion } from "../version.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { Handlers } from "./handler.ts";

/**
 * `dataDirectory` is what clients know as the server's home; they show it and never read it. `greeted`: the client has had its
 * answer, and may be told of what is the matter.
 */
export function initializeHandlers(
  dataDirectory: string,
  greeted: (connection: ClientConnection) => void,
): Handlers<"initialize"> {
  return {
    initialize: ({ clientInfo, capabilities }, { connection, afterwards }) => {
      afterwards(() => greeted(connection));
      const asked = capabilities?.extensions ?? null;
      const has = (name: ExtensionName) => asked !== null && Object.hasOwn(asked, name);
      const client = {
        name: clientInfo.name,
        version: clientInfo.version,
        experimentalApi: capabilities?.experimentalApi ?? false,
      };
      const granted = { replay: has(replayExtension), presence: has(presenceExtension) };
      connection.initialize(client, granted, capabilities?.optOutNotificationMethods ?? []);
      return {
        // Clients compare the first version with their own, so it is the protocol's.
        userAgent: `codex-app-server/${CODEX_PROTOCOL_VERSION} (${process.platform}; ${process.arch}) skein/${skeinVersion} (${clientInfo.name}; ${clientInfo.version})`,
        codexHome: dataDirectory,
        platformFamily: "unix",
        platformOs: process.platform,
        ...(asked === null
          ? {}
          : { extensions: Object.fromEntries(extensionNames.filter(has).map((name) => [name, {}])) }),
      };
    },
  };
}
