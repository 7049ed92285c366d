/**
 * Ends what is open under a credential that was revoked, on every node. Other nodes are told at once; a message may be
 * lost, so every node also asks the database every so often about the credentials of its own connections.
 */
import { closeCodes } from "@skein/protocol/close-codes";
import type { Bus, Unsubscribe } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import type { Credential } from "../identity/principal.ts";
import type { Connections } from "./connections.ts";

export interface RevocationPorts {
  readonly bus: Bus;
  readonly subjects: Pick<Subjects, "nodes">;
  connections(): Pick<Connections, "closeOf" | "credentials">;
  /** Of these ids of sessions and access tokens, those that open no door any more. */
  ended(sessionIds: readonly string[], tokenIds: readonly string[]): Promise<ReadonlySet<string>>;
  report(problem: string, details: object): void;
}

const checkEveryMs = 30_000;

export class Revocations {
  readonly #ports: RevocationPorts;
  readonly #leave: Unsubscribe;
  readonly #timer: NodeJS.Timeout;

  constructor(ports: RevocationPorts) {
    this.#ports = ports;
    this.#leave = ports.bus.subscribe(ports.subjects.nodes, (payload) => this.#close(Buffer.from(payload).toString()));
    this.#timer = setInterval(() => void this.check(), checkEveryMs);
    this.#timer.unref();
  }

  /** `id`: of the session or the access token. */
  revoked(id: string): void {
    this.#close(id);
    this.#ports.bus.publish(this.#ports.subjects.nodes, () => Buffer.from(id));
  }

  async check(): Promise<void> {
    const credentials = [...this.#ports.connections().credentials];
    const sessions = credentials.flatMap((via) => (via.type === "session" ? [via.sessionId] : []));
    const tokens = credentials.flatMap((via) => (via.type === "accessToken" ? [via.tokenId] : []));
    if (sessions.length === 0 && tokens.length === 0) return;
    try {
      for (const id of await this.#ports.ended([...new Set(sessions)], [...new Set(tokens)])) this.#close(id);
    } catch (err) {
      this.#ports.report("the credentials of open connections could not be checked", { err });
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#leave();
  }

  #close(id: string): void {
    this.#ports.connections().closeOf((via) => idOf(via) === id, closeCodes.signedOut);
  }
}

function idOf(via: Credential): string | null {
  switch (via.type) {
    case "session":
      return via.sessionId;
    case "accessToken":
      return via.tokenId;
    case "configuredToken":
      return null;
  }
}
