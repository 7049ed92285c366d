/** The open connections of this node: made at the upgrade, ended together when the node stops or a credential is revoked. */
import type { CloseCode } from "@skein/protocol/close-codes";
import type { WebSocket } from "ws";
import type { Origin } from "../audit/actor.ts";
import type { Principal } from "../identity/principal.ts";
import type { Presences } from "../presence/presences.ts";
import type { Intake } from "../rate/intake.ts";
import type { RefusalCounts } from "../rate/refusal-counts.ts";
import type { Subscriptions } from "../subscription/subscriptions.ts";
import { Connection } from "./connection.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Wire } from "./outbound.ts";
import { type FrameReceiver, receiveFrames } from "./receive-frames.ts";

/** What those who connect may send. */
export interface ConnectionRates {
  intake(principal: Principal): Intake;
  readonly refusals: Pick<RefusalCounts, "count">;
}

export class Connections {
  readonly #open = new Set<Connection>();
  readonly #heartbeat = new Heartbeat();
  readonly #subscriptions: Subscriptions;
  readonly #presences: Presences;
  readonly #receiver: FrameReceiver;
  readonly #rates: ConnectionRates;

  constructor(subscriptions: Subscriptions, presences: Presences, receiver: FrameReceiver, rates: ConnectionRates) {
    this.#subscriptions = subscriptions;
    this.#presences = presences;
    this.#receiver = receiver;
    this.#rates = rates;
  }

  get count(): number {
    return this.#open.size;
  }

  accept(socket: WebSocket, wire: Wire, principal: Principal, origin: Origin): void {
    const connection = new Connection(socket, wire, principal, this.#subscriptions, this.#presences, origin);
    this.#open.add(connection);
    this.#heartbeat.watch(socket, connection);
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      this.#open.delete(connection);
      connection.ended();
    });
    const toll = { intake: this.#rates.intake(principal), refusals: this.#rates.refusals };
    receiveFrames(socket, connection, this.#receiver, toll);
  }

  closeAll(code: CloseCode): void {
    for (const connection of this.#open) connection.close(code);
  }

  /** Those that have said hello. */
  get greeted(): Iterable<Connection> {
    return [...this.#open].filter(({ client }) => client !== null);
  }

  /** For whom its connections are open. */
  get principals(): Iterable<Principal> {
    return [...this.#open].map(({ principal }) => principal);
  }

  closeOf(isMeant: (principal: Principal) => boolean, code: CloseCode): void {
    for (const connection of this.#open) {
      if (isMeant(connection.principal)) connection.close(code);
    }
  }

  stop(): void {
    this.#heartbeat.stop();
  }
}
