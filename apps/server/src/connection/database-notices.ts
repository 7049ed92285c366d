/** Tells every client when nothing can be stored, and when it can again. Interruptions that nobody would notice are kept quiet. */
import { describeUnavailable } from "../database/describe-unavailable.ts";
import type { DatabaseStatus } from "../database/evolve-availability.ts";

/** Whoever can be told; `replay`: whether it asked for Skein's own notifications. */
export interface Told {
  readonly encoding: { readonly replay: boolean };
  notify(method: string, params: unknown): void;
}

const quietMs = 1_000;

export class DatabaseNotices {
  readonly #clients: () => Iterable<Told>;
  #timer: NodeJS.Timeout | null = null;
  #told: DatabaseStatus = { state: "available" };

  constructor(clients: () => Iterable<Told>) {
    this.#clients = clients;
  }

  changed(status: DatabaseStatus): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (status.state === "available" && this.#told.state === "available") return;
    if (status.state === "available" || this.#told.state === "unavailable") this.#tell(status);
    else this.#timer = setTimeout(() => this.#tell(status), quietMs).unref();
  }

  /** One that has just said hello. */
  greet(client: Told): void {
    if (this.#told.state === "unavailable") presentTo(client, this.#told);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #tell(status: DatabaseStatus): void {
    this.#told = status;
    for (const client of this.#clients()) presentTo(client, status);
  }
}

function presentTo(client: Told, status: DatabaseStatus): void {
  if (client.encoding.replay) client.notify("skein/server/status", { database: presentStatus(status) });
  else client.notify("warning", { message: presentWarning(status) });
}

function presentStatus(status: DatabaseStatus) {
  if (status.state === "available") return { state: "available" };
  return { state: "unavailable", reason: status.reason, message: describeUnavailable(status.reason) };
}

/** In the words of the plain protocol, which has no status of a server. */
function presentWarning(status: DatabaseStatus): string {
  return status.state === "available"
    ? "Saving works again."
    : `Saving is paused: ${describeUnavailable(status.reason)}. Work goes on when it is back.`;
}
