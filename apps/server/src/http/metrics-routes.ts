/** Figures for Prometheus. They name no tenant, thread or person. */
import type { FastifyInstance } from "fastify";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { GroupCommit } from "../log/event-log.ts";
import type { Gauges } from "../methods/server.ts";
import type { IsOperator } from "./operator-access.ts";

export interface LiveCounts extends Gauges {
  /** Since the start, because more came than could be written. */
  readonly auditLinesDropped: number;
}

export interface TurnCounts {
  readonly working: number;
  readonly waiting: number;
  readonly waitingForTokens: number;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #commitSeconds: Histogram;
  readonly #commitEvents: Histogram;

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    this.#commitSeconds = new Histogram({
      name: "skein_log_commit_seconds",
      help: "How long one group commit of the event log took.",
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
      registers: [this.#registry],
    });
    this.#commitEvents = new Histogram({
      name: "skein_log_commit_events",
      help: "How many events one group commit held.",
      buckets: [1, 2, 5, 10, 20, 50, 100, 500],
      registers: [this.#registry],
    });
  }

  committed({ events, durationMs }: GroupCommit): void {
    this.#commitSeconds.observe(durationMs / 1000);
    this.#commitEvents.observe(events);
  }

  /** `counts` is asked at every scrape. */
  watchTurns(counts: () => TurnCounts): void {
    this.#gauge("skein_turns_working", "Turns of this node that have a place to work.", () => counts().working);
    this.#gauge("skein_turns_waiting", "Turns of this node that wait for a place.", () => counts().waiting);
    this.#gauge(
      "skein_turns_waiting_for_tokens",
      "Turns of this node that wait until others' calls of the model are over.",
      () => counts().waitingForTokens,
    );
  }

  /** Asked at every scrape. */
  watchRefusals(refusals: Iterable<readonly [reason: string, count: number]>): void {
    new Counter({
      name: "skein_refused_total",
      help: "What was refused by this node because it was too much, by why.",
      labelNames: ["reason"],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [reason, count] of refusals) this.inc({ reason }, count);
      },
    });
  }

  /** `counts` is asked at every scrape. For strangers there is nothing here. */
  serve(app: FastifyInstance, counts: () => LiveCounts, isOperator: IsOperator): void {
    this.#gauge("skein_connections", "Open WebSocket connections.", () => counts().connections);
    this.#gauge(
      "skein_threads_loaded",
      "Threads that this node owns and holds in memory.",
      () => counts().threadsLoaded,
    );
    this.#gauge("skein_nodes", "Nodes that are there, this one among them.", () => counts().nodes);
    this.#gauge(
      "skein_lease_age_seconds",
      "Since the lease of a thread of this node was last proved, at the most.",
      () => counts().leaseAgeMs / 1000,
    );
    this.#gauge("skein_bus_connected", "Whether this node can reach other nodes.", () => (counts().onBus ? 1 : 0));
    this.#gauge("skein_runners_away", "Runners that this node cannot reach.", () => counts().runnersAway);
    this.#gauge(
      "skein_threads_left",
      "Threads at work that this node leaves to others, because it could not take them.",
      () => counts().threadsLeft,
    );
    this.#gauge(
      "skein_audit_lines_dropped",
      "Lines of the audit log that this node has dropped since its start.",
      () => counts().auditLinesDropped,
    );
    app.get("/metrics", async (request, reply) => {
      if (!isOperator(request)) return reply.code(404).send({ error: "not found" });
      return reply.type(this.#registry.contentType).send(await this.#registry.metrics());
    });
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }
}
