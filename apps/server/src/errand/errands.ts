/** The errands of all connections of this node, which count together per tenant. */
import type { NetworkGate } from "@skein/core/ports";
import type { Runners } from "../workspace/runners.ts";
import type { Workspaces } from "../workspace/workspaces.ts";
import { ConnectionErrands } from "./connection-errands.ts";
import type { ErrandClient } from "./errand-client.ts";
import type { ErrandCommand } from "./errand-command.ts";
import { TooManyErrands } from "./errand-failure.ts";

export interface ErrandPorts {
  readonly workspaces: Pick<Workspaces, "holding" | "homeOf">;
  readonly runners: Pick<Runners, "find">;
  /** Called before a command starts. null: it has no way out. */
  begin(client: ErrandClient, workspaceId: string, command: ErrandCommand): Promise<NetworkGate | null>;
}

/** Environments of a tenant's connections on this node. Each may hold a sandbox or two. */
const maxPerTenant = 32;

export class Errands {
  readonly #ports: ErrandPorts;
  readonly #byClient = new Map<ErrandClient, ConnectionErrands>();
  readonly #perTenant = new Map<string, number>();
  readonly #ending = new Set<Promise<void>>();

  constructor(ports: ErrandPorts) {
    this.#ports = ports;
  }

  of(client: ErrandClient): ConnectionErrands {
    const known = this.#byClient.get(client);
    if (known !== undefined) return known;
    const errands = new ConnectionErrands(client, this.#ports, () => this.#admit(client.principal.tenantId));
    // Nothing is begun for a client that has left, and nobody would end it.
    if (client.gone.aborted) return errands;
    this.#byClient.set(client, errands);
    client.gone.addEventListener("abort", () => this.#end(client, errands));
    return errands;
  }

  /** Resolves when nothing of any errand runs. */
  async stop(): Promise<void> {
    for (const [client, errands] of this.#byClient) this.#end(client, errands);
    await Promise.all(this.#ending);
  }

  #end(client: ErrandClient, errands: ConnectionErrands): void {
    if (!this.#byClient.delete(client)) return;
    const ending = errands.close().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #admit(tenantId: string): () => void {
    const open = this.#perTenant.get(tenantId) ?? 0;
    if (open >= maxPerTenant) {
      throw new TooManyErrands(`${maxPerTenant} environments of this team are open on this server already`);
    }
    this.#perTenant.set(tenantId, open + 1);
    return () => {
      const left = (this.#perTenant.get(tenantId) ?? 1) - 1;
      if (left === 0) this.#perTenant.delete(tenantId);
      else this.#perTenant.set(tenantId, left);
    };
  }
}
