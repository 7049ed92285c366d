/**
 * Random grants, hand-overs and changes of roles, made by whoever may and whoever may not, at two nodes. After each of them everybody can
 * list, read, hear and do what a model of a few lines says, and nothing else.
 */
import { once } from "node:events";
import { type Right, type Role, rights } from "@skein/protocol/right";
import fc from "fast-check";
import { expect } from "vitest";
import { addTeam, type Teammate } from "../testing/add-team.ts";
import { clusterTest } from "../testing/cluster-test.ts";
import { heard, startThread } from "../testing/conversation.ts";
import { startTestCluster } from "../testing/start-test-cluster.ts";
import type { TestClient } from "../testing/test-client.ts";

const test = clusterTest(() => startTestCluster(2));
const numRuns = Math.ceil(Number(process.env.SKEIN_TEST_RUNS ?? 200) / 100);

const names = ["ada", "bo", "cy", "di", "ed"] as const;
type Name = (typeof names)[number];
/** Ada stays an owner, as a tenant has one. */
const first: Readonly<Record<Name, Role>> = { ada: "owner", bo: "member", cy: "member", di: "viewer", ed: "member" };
const beginners = ["bo", "cy"] as const;

type Step = { readonly by: Name } & (
  | { readonly type: "grant"; readonly thread: number; readonly to: Name; readonly level: Right | null }
  | { readonly type: "handOver"; readonly thread: number; readonly to: Name; readonly keep: Right | null }
  | { readonly type: "role"; readonly of: Exclude<Name, "ada">; readonly role: Role }
);

const somebody = fc.constantFrom(...names);
const thread = fc.nat({ max: beginners.length - 1 });
const level = fc.option(fc.constantFrom(...rights));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant("grant" as const), by: somebody, thread, to: somebody, level }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("handOver" as const), by: somebody, thread, to: somebody, keep: level }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ type: fc.constant("role" as const), by: fc.constantFrom("ada" as const, ...names) },
      ...{ of: fc.constantFrom("bo", "cy", "di", "ed"), role: fc.constantFrom("owner", "member", "viewer") },
    }),
  },
);

/** Who may do what, as people would be told it. */
class Model {
  readonly roles: Record<Name, Role> = { ...first };
  readonly threads = beginners.map((owner) => ({ owner: owner as Name, levels: new Map<Name, Right>() }));

  rightsOf(name: Name, index: number): readonly Right[] {
    const { owner, levels } = this.#thread(index);
    const granted = levels.get(name);
    const own = this.roles[name] === "owner" || owner === name ? "manage" : granted;
    if (own === undefined) return [];
    return this.roles[name] === "viewer" ? ["read"] : rights.slice(0, rights.indexOf(own) + 1);
  }

  /** False: it is not done. */
  take(step: Step): boolean {
    if (step.type === "role") {
      if (this.roles[step.by] !== "owner") return false;
      this.roles[step.of] = step.role;
      return true;
    }
    const known = this.#thread(step.thread);
    if (!this.rightsOf(step.by, step.thread).includes("manage")) return false;
    if (step.type === "grant") {
      if (step.to === known.owner) return false;
      if (step.level === null) known.levels.delete(step.to);
      else known.levels.set(step.to, step.level);
      return true;
    }
    if (known.owner !== step.by && this.roles[step.by] !== "owner") return false;
    if (this.roles[step.to] === "viewer") return false;
    if (step.to === known.owner) return true;
    known.levels.delete(step.to);
    if (step.keep === null) known.levels.delete(known.owner);
    else known.levels.set(known.owner, step.keep);
    known.owner = step.to;
    return true;
  }

  #thread(index: number) {
    const known = this.threads[index];
    if (known === undefined) throw new Error(`there is no thread ${index}`);
    return known;
  }
}

type Join = (node: number, options: { readonly token: string }) => Promise<TestClient>;

/** A team with a client of everybody at a node each. */
class Team {
  readonly model = new Model();
  readonly clients = new Map<Name, TestClient>();
  /** Every client that a person has had. */
  readonly all: { readonly name: Name; readonly client: TestClient }[] = [];
  readonly threadIds: string[] = [];
  /** By the name that a thread was given: who could hear of it. */
  readonly said = new Map<string, Set<Name>>();
  readonly #named: string[] = [];
  readonly #people: Readonly<Record<Name, Teammate>>;
  readonly #join: Join;

  constructor(people: Readonly<Record<Name, Teammate>>, join: Join) {
    this.#people = people;
    this.#join = join;
  }

  async begin(): Promise<void> {
    for (const name of names) await this.connect(name);
    for (const name of beginners) this.threadIds.push(await startThread(this.client(name), { environments: [] }));
  }

  async connect(name: Name): Promise<void> {
    const client = await this.#join(names.indexOf(name) % 2, { token: this.#people[name].token });
    this.clients.set(name, client);
    this.all.push({ name, client });
  }

  client(name: Name): TestClient {
    const client = this.clients.get(name);
    if (client === undefined) throw new Error(`${name} is not here`);
    return client;
  }

  async take(step: Step): Promise<void> {
    const { userId } = this.#people[step.type === "role" ? step.of : step.to];
    const threadId = step.type === "role" ? "" : this.threadIds[step.thread];
    const before = { ...this.model.roles };
    const ends = step.type === "role" && before[step.of] !== step.role && before[step.by] === "owner";
    const closed = ends ? once(this.client(step.of).socket, "close") : null;
    const asked = this.client(step.by);
    const { error } = await (step.type === "grant"
      ? asked.ask("skein/thread/grant/set", { threadId, userId, level: step.level })
      : step.type === "handOver"
        ? asked.ask("skein/thread/handOver", { threadId, userId, keep: step.keep })
        : asked.ask("skein/member/update", { userId, role: step.role })
    ).catch((reason: unknown) => {
      // Whoever changes their own role may hear of nothing but the end of their connection.
      if (closed === null || step.by !== (step as { of?: Name }).of) throw reason;
      return { error: undefined };
    });
    expect([step, error === undefined]).toEqual([step, this.model.take(step)]);
    await closed;
    if (step.type === "role" && ends) await this.connect(step.of);
  }

  /** What everybody can list, read and do. */
  async look(): Promise<void> {
    for (const name of names) {
      const client = this.client(name);
      const { data } = await client.request("thread/list", {});
      const listed = new Set(data.map(({ id }: { id: string }) => id));
      for (const [index, threadId] of this.threadIds.entries()) {
        const may = this.model.rightsOf(name, index);
        const can = {
          list: listed.has(threadId),
          read: await this.#can(client, "thread/read", { threadId }),
          prompt: await this.#can(client, "thread/queue/reorder", { threadId, queuedSubmissionIds: [] }),
          approve: await this.#changesPolicy(client, threadId),
          manage: await this.#can(client, "skein/share/list", { threadId }),
        };
        const has = (right: Right) => may.includes(right);
        expect({ name, index, ...can }).toEqual({
          ...{ name, index, list: has("read"), read: has("read") },
          ...{ prompt: has("prompt"), approve: has("approve"), manage: has("manage") },
        });
      }
    }
  }

  /** Whoever may read a thread hears of it, at both nodes. */
  async hear(mark: string): Promise<void> {
    for (const [index, threadId] of this.threadIds.entries()) {
      const name = `${mark}-${index}`;
      const readers = names.filter((one) => this.model.rightsOf(one, index).includes("read"));
      // Who has come to read it since may be told of the name before, because it is asked when it is told.
      for (const reader of readers) this.said.get(this.#named[index] ?? "")?.add(reader);
      this.#named[index] = name;
      this.said.set(name, new Set(readers));
      await this.client("ada").request("thread/name/set", { threadId, name });
      for (const reader of readers) {
        await heard(this.client(reader), "thread/name/updated", ({ threadName }) => threadName === name);
      }
    }
  }

  /** Nobody ever heard what was not for them. */
  overheard(): readonly string[] {
    return this.all.flatMap(({ name, client }) =>
      client.notifications("thread/name/updated").flatMap(({ params: { threadName } }) => {
        return this.said.get(threadName)?.has(name) === true ? [] : [`${name} heard ${threadName}`];
      }),
    );
  }

  readonly #policies = new Map<string, string>();

  /** Another than it is, so that it is a change. */
  async #changesPolicy(client: TestClient, threadId: string): Promise<boolean> {
    const approvalPolicy = this.#policies.get(threadId) === "never" ? "untrusted" : "never";
    const isDone = await this.#can(client, "thread/settings/update", { threadId, approvalPolicy });
    if (isDone) this.#policies.set(threadId, approvalPolicy);
    return isDone;
  }

  async #can(client: TestClient, method: string, params: object): Promise<boolean> {
    return (await client.ask(method, params)).error === undefined;
  }
}

/** Who is given the role that they have stays connected. */
const examples: [Step[]][] = [[[{ type: "role", by: "ada", of: "ed", role: "member" }]]];

test("whatever is granted and taken back, everybody can do what they may", async ({ cluster, join }) => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 12 }), async (steps) => {
    const team = new Team(await addTeam(cluster.database, first), join);
    await team.begin();
    for (const [index, one] of steps.entries()) {
      await team.take(one);
      await team.look();
      await team.hear(`step-${index}`);
    }
    // What comes last comes after everything else.
    for (const [index] of beginners.entries()) {
      for (const to of names) await team.take({ type: "grant", by: "ada", thread: index, to, level: "read" });
    }
    await team.hear("last");
    expect(team.overheard()).toEqual([]);
    for (const { client } of team.all) client.socket.terminate();
  });
  await fc.assert(property, { numRuns: numRuns + examples.length, examples, endOnFailure: true });
});
