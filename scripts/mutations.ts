/**
 * Faults that the suite must notice. Each takes out one of the checks on which "nothing is lost, nothing is doubled" rests.
 */

export interface Mutation {
  readonly name: string;
  /** Relative to the repository. */
  readonly file: string;
  /** Occurs exactly once in the file, so that a mutation cannot come to mean nothing. */
  readonly original: string;
  readonly mutant: string;
  /** Test files or folders of which at least one test must fail. */
  readonly tests: readonly string[];
}

export const mutations: readonly Mutation[] = [
  {
    name: "a client applies an event that it has already",
    file: "packages/timeline/src/reduce/frame.ts",
    original: "if (event.seq > timeline.seq) next = reduce(next, event);",
    mutant: "next = reduce(next, event);",
    tests: ["packages/timeline/src/reduce", "packages/client/src/thread"],
  },
  {
    name: "a client overlooks that something is missing",
    file: "packages/timeline/src/reduce/frame.ts",
    original: 'if (frame.from > timeline.seq) return { kind: "gap" };',
    mutant: "",
    tests: ["packages/timeline/src/reduce", "packages/client/src/thread"],
  },
  {
    name: "a follower overlooks that something is missing",
    file: "packages/client/src/thread/follower.ts",
    original: "if (frame.from > seq) {",
    mutant: "if (frame.from > seq + 1_000_000) {",
    tests: ["packages/client/src/thread"],
  },
  {
    name: "a command is sent again under another key",
    file: "packages/client/src/outbox/outbox.ts",
    original: "const result = await this.#options.rpc.request(method, params as ParamsInput<typeof method>);",
    mutant: `const again = { ...(params as object), clientUserMessageId: String(Math.random()) };
      const result = await this.#options.rpc.request(method, again as ParamsInput<typeof method>);`,
    tests: ["packages/client/src/outbox"],
  },
  {
    name: "a thread's commands overtake each other",
    file: "packages/client/src/outbox/evolve-outbox.ts",
    original: "if (!isSettled && !lanes.has(entry.lane)) lanes.set(entry.lane, entry);",
    mutant: "if (!isSettled) lanes.set(entry.lane + entry.id, entry);",
    tests: ["packages/client/src/outbox"],
  },
  {
    name: "an append is accepted under any fence",
    file: "migrations/0008_log_storage.sql",
    original: "WHERE t.fence = e.fence AND t.head_seq = e.expected",
    mutant: "WHERE t.head_seq = e.expected",
    tests: ["apps/server/src/log/event-log.pg.test.ts", "apps/server/src/lease"],
  },
  {
    name: "an append is accepted wherever the log ends",
    file: "migrations/0008_log_storage.sql",
    original: "WHERE t.fence = e.fence AND t.head_seq = e.expected",
    mutant: "WHERE t.fence = e.fence",
    tests: ["apps/server/src/log"],
  },
  {
    name: "the head is read after the rows",
    file: "apps/server/src/log/read-events.ts",
    original: "const head = { headSeq: Number(first.head_seq), logEpoch: Number(first.log_epoch) };",
    mutant: `const [late] = await sql<[{ head_seq: bigint }]>\`select head_seq from threads where id = \${threadId}\`;
  const head = { headSeq: Number(late.head_seq), logEpoch: Number(first.log_epoch) };`,
    tests: ["apps/server/src/log/one-moment.pg.test.ts"],
  },
  {
    name: "chunks are deleted before their item is complete",
    file: "migrations/0008_log_storage.sql",
    original: `
        AND EXISTS (SELECT FROM thread_events d WHERE d.tenant_id = item.tenant_id AND d.thread_id = item.thread_id
          AND d.seq = item.as_of AND d.type = 'item.completed' AND d.item_id = item.item_id)`,
    mutant: "",
    tests: ["apps/server/src/log/compaction.pg.test.ts"],
  },
  {
    name: "a node publishes events although some before them are missing",
    file: "apps/server/src/subscription/thread-channel.ts",
    original: "if (event.seq !== this.publishedSeq + 1 ||",
    mutant: "if (event.seq <= this.publishedSeq ||",
    tests: ["apps/server/src/subscription/thread-channel"],
  },
  {
    name: "a node publishes again what it read from the log",
    file: "apps/server/src/subscription/thread-channel.ts",
    original: "page.events.map(({ event }) => event).filter(({ seq }) => seq > this.publishedSeq)",
    mutant: "page.events.map(({ event }) => event)",
    tests: ["apps/server/src/subscription/thread-channel"],
  },
  {
    name: "a client that does not read is sent more and more",
    file: "apps/server/src/subscription/subscription.ts",
    original: "if (this.follower.isFull) {",
    mutant: "if (this.follower.isFull && frames.length === 0) {",
    tests: ["apps/server/src/subscription/subscription.test.ts"],
  },
  {
    name: "an answer overtakes what was committed before it",
    file: "apps/server/src/connection/connection.ts",
    original: "() => passed.every((isPassed) => isPassed())",
    mutant: "() => true || passed.every((isPassed) => isPassed())",
    tests: ["apps/server/src/connection/connection.test.ts", "apps/server/src/subscription/slow-reader.ws.test.ts"],
  },
  {
    name: "a node takes every watched thread for deleted",
    file: "apps/server/src/subscription/head-check.ts",
    original: "subscriptions.judge(before, heads.get(before.threadId))",
    mutant: "subscriptions.judge(before, undefined)",
    tests: ["apps/server/src/subscription/head-check.ws.test.ts"],
  },
  {
    name: "the end of a text that may become a secret is shown",
    file: "packages/timeline/src/redact/redact-text.ts",
    original: "for (const form of forms) end = Math.min(end, beginOfPartial(text, form));",
    mutant: "",
    tests: ["packages/timeline/src/redact"],
  },
  {
    name: "a member may read every thread of the tenant",
    file: "apps/server/src/methods/admit.ts",
    original: 'if (!rights.has("read")) return { principal: { ...principal, tenantId: nobodysTenant }, rights };',
    mutant: "",
    tests: ["apps/server/src/methods/admit.test.ts"],
  },
  {
    name: "a viewer does what was granted to others",
    file: "apps/server/src/identity/authorise.ts",
    original: 'const ofRole = role === "viewer" ? readOnly : rights;',
    mutant: "const ofRole = rights;",
    tests: ["apps/server/src/identity/authorise.test.ts"],
  },
  {
    name: "strangers use up the attempts of a browser that is known",
    file: "apps/server/src/identity/sign-in-attempts.ts",
    original: "if (knownDevice !== null) return",
    mutant: 'if (knownDevice === "") return',
    tests: ["apps/server/src/identity/sign-in-attempts.test.ts"],
  },
  {
    name: "a provider's signature is not looked at",
    file: "apps/server/src/identity/provider.ts",
    original: "oidc.enableNonRepudiationChecks,",
    mutant: "",
    tests: ["apps/server/src/http/provider.ws.test.ts"],
  },
  {
    name: "two owners who leave together leave none",
    file: "migrations/0021_account_functions.sql",
    original: "PERFORM FROM tenants WHERE id = tenant FOR UPDATE;",
    mutant: "",
    tests: ["apps/server/src/identity/accounts.pg.test.ts"],
  },
];
