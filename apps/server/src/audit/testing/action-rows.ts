/** How each action of the audit log comes about, through the doors by which people come. An action without a row does not type-check. */

import { createPasswordLink } from "../../identity/password-link.ts";
import { runTurn, startTurn } from "../../testing/conversation.ts";
import { beginsToSay, gate, runs, says } from "../../testing/prompts.ts";
import { signInThere } from "../../testing/sign-in-there.ts";
import { byOperator, bySystem, unknownOrigin } from "../actor.ts";
import { AuditBuffer } from "../audit-buffer.ts";
import type { AuditAction } from "../catalogue.ts";
import { record } from "../record.ts";
import { type AuditScene, accepted, password, type Somebody } from "./scene.ts";

export interface ActionRow {
  /** What has to be there first; whatever it gives, `act` is given. */
  // biome-ignore lint/suspicious/noExplicitAny: each row knows what it has prepared
  readonly prepare?: (scene: AuditScene) => Promise<any>;
  /** Rejects when it is not done. Gives who did it, where that is not the owner. */
  // biome-ignore lint/suspicious/noExplicitAny: each row knows what it has prepared
  readonly act: (scene: AuditScene, prepared: any) => Promise<Somebody | undefined>;
  readonly by: "user" | "link" | "operator" | "system" | "nobody";
  /** Whether the line says from which address. */
  readonly hasAddress: boolean;
  /**
   * With what it is written: a transaction of the action's own, the append of events, or nothing, a moment later, because what it tells
   * of changes nothing here.
   */
  readonly writtenWith: "transaction" | "append" | "nothing";
}

let savedTokens = 1_000_000_000;

const byPerson = { by: "user", hasAddress: true, writtenWith: "transaction" } as const;
const inThread = { by: "user", hasAddress: true, writtenWith: "append" } as const;

/** A request of the owner's. */
function asks(method: string, params: (prepared: never) => object): ActionRow["act"] {
  return async ({ owner }, prepared) => {
    await owner.client.request(method, params(prepared as never));
  };
}

const aThread = (scene: AuditScene) => scene.thread();
/** Comments need a turn to stand under. */
const spokenIn = async (scene: AuditScene) => {
  const threadId = await scene.thread();
  await runTurn(scene.owner.client, threadId, [says("An answer.")]);
  return threadId;
};
const inIt = (threadId: string) => ({ threadId });
const words = (text: string) => [{ type: "text", text, text_elements: [] }];

interface Waits {
  readonly threadId: string;
  readonly queuedSubmissionId: string;
}

/** A turn runs, and a message waits for the one after it. */
async function waitingIn(scene: AuditScene): Promise<Waits> {
  const threadId = await scene.thread();
  const name = `busy ${threadId}`;
  await startTurn(scene.owner.client, threadId, [beginsToSay("Half."), gate(name)]);
  await scene.server.model.gateReached(name);
  return { threadId, queuedSubmissionId: await waits(scene, threadId) };
}

async function waits({ owner }: AuditScene, threadId: string): Promise<string> {
  const said = { threadId, clientUserMessageId: crypto.randomUUID(), input: words("Later.") };
  return (await owner.client.request("thread/queue/add", said)).queuedSubmission.id;
}
const modelKey = "a-key-0123456789";
const putKey = (scene: AuditScene, name = "mine") =>
  scene.owner.client.request("skein/modelCredential/put", {
    ...{ scope: "user", name, key: modelKey, baseUrl: scene.model.baseUrl },
  });
const fetches = (url: string) => runs(`curl -sS --noproxy '' -p ${url}`);

async function connects({ owner, target }: AuditScene, hosts: readonly string[]): Promise<undefined> {
  await owner.client.request("skein/network/policy/update", { mode: "listed", hosts });
  const threadId = (await owner.client.request("thread/start", {})).thread.id;
  const turn = await runTurn(owner.client, threadId, [fetches(`http://${target.host}/`)], [says("Done.")]);
  if (turn.status !== "completed") throw new Error(`the turn has ${turn.status} `);
}

/** Of their own account, by somebody who is no owner. */
function changesOwn(what: string, bodyOf: (person: Somebody) => object): ActionRow {
  return {
    ...byPerson,
    prepare: (scene) => scene.member(),
    act: async (_scene, person: Somebody) => {
      accepted(await person.browser.post(`/api/account/${what}`, bodyOf(person)));
      return person;
    },
  };
}

export const actionRows: Readonly<Record<AuditAction, ActionRow>> = {
  "signIn.accepted": { ...byPerson, act: (scene) => scene.signedIn() },
  "signIn.refused": {
    ...{ by: "nobody", hasAddress: true, writtenWith: "nothing" },
    act: async (scene) => {
      const { browser, address } = scene.browser();
      await browser.post("/api/sign-in", { email: scene.owner.email, password: "wrong, of course" });
      return { ...scene.owner, address };
    },
  },
  "signOut.done": {
    ...byPerson,
    prepare: (scene) => scene.signedIn(),
    act: async (_scene, other: Somebody) => {
      accepted(await other.browser.post("/api/sign-out"));
      return other;
    },
  },
  "session.ended": {
    ...byPerson,
    prepare: async (scene) => {
      const person = await scene.member();
      await scene.signedIn(person.email);
      return person;
    },
    act: async (_scene, person: Somebody) => {
      const { data } = (await person.browser.get("/api/account/sessions")).body;
      const { id } = data.find(({ isCurrent }: { isCurrent: boolean }) => !isCurrent);
      accepted(await person.browser.post("/api/account/sessions/end", { id }));
      return person;
    },
  },
  "password.changed": {
    ...byPerson,
    prepare: (scene) => scene.member(),
    act: async (_scene, person: Somebody) => {
      accepted(await person.browser.post("/api/account/password", { current: password, next: `${password} two` }));
      return person;
    },
  },
  "email.changed": changesOwn("email", ({ email }) => ({ email: `moved-${email}`, current: password })),
  "name.changed": changesOwn("name", () => ({ name: "Another" })),
  "account.deleted": changesOwn("delete", () => ({ current: password })),
  "passwordLink.created": {
    ...{ by: "operator", hasAddress: false, writtenWith: "transaction" },
    prepare: (scene) => scene.member(),
    act: async ({ server }, person: Somebody) => {
      await createPasswordLink(server.database.app, person.email, 60);
    },
  },
  "identity.connected": {
    ...byPerson,
    prepare: async (scene) => {
      const person = await scene.member();
      scene.provider.people.set(person.userId, { name: "P", email: person.email, email_verified: true });
      const { body } = await person.browser.post("/api/provider/start", { type: "connect" });
      return { person, callback: await signInThere(body.url, person.userId) };
    },
    act: async (_scene, { person, callback }) => {
      accepted(await person.browser.get(callback));
      return person;
    },
  },
  "token.created": { ...byPerson, act: asks("skein/token/create", () => ({ name: "laptop" })) },
  "token.revoked": {
    ...byPerson,
    prepare: async ({ owner }) => (await owner.client.request("skein/token/create", { name: "lost" })).token.id,
    act: asks("skein/token/revoke", (tokenId) => ({ tokenId })),
  },

  "tenant.renamed": {
    ...byPerson,
    act: asks("skein/tenant/rename", () => ({ name: `Called anew ${crypto.randomUUID()}` })),
  },
  "tenant.created": {
    ...byPerson,
    prepare: (scene) => scene.signedIn(),
    act: async (_scene, person: Somebody) => {
      accepted(await person.browser.post("/api/account/tenants", { name: "Another team" }));
      return person;
    },
  },
  "member.joined": {
    ...byPerson,
    prepare: async (scene) => ({ invitation: await scene.invitation(), ...scene.browser() }),
    act: async (scene, { invitation, browser, address }) => {
      const account = scene.newAccount();
      accepted(await browser.post("/api/invitation/accept-as-new", { token: invitation.token, account }));
      return { ...scene.owner, address };
    },
  },
  "member.roleChanged": {
    ...byPerson,
    prepare: (scene) => scene.member(),
    act: asks("skein/member/update", ({ userId }: Somebody) => ({ userId, role: "viewer" })),
  },
  "member.removed": {
    ...byPerson,
    prepare: (scene) => scene.member(),
    act: asks("skein/member/remove", ({ userId }: Somebody) => ({ userId })),
  },
  "member.left": {
    ...byPerson,
    prepare: (scene) => scene.member(),
    act: async (_scene, person: Somebody) => {
      await person.client.request("skein/tenant/leave", {});
      return person;
    },
  },
  "invitation.created": { ...byPerson, act: asks("skein/invitation/create", () => ({ role: "member" })) },
  "invitation.revoked": {
    ...byPerson,
    prepare: async (scene) => (await scene.invitation()).id,
    act: asks("skein/invitation/revoke", (invitationId) => ({ invitationId })),
  },

  "thread.created": { ...byPerson, act: asks("thread/start", () => ({ environments: [] })) },
  "thread.renamed": {
    ...inThread,
    prepare: aThread,
    act: asks("thread/name/set", (threadId) => ({ threadId, name: "Renamed" })),
  },
  "thread.archived": { ...inThread, prepare: aThread, act: asks("thread/archive", inIt) },
  "thread.unarchived": {
    ...inThread,
    prepare: async (scene) => {
      const threadId = await scene.thread();
      await scene.owner.client.request("thread/archive", { threadId });
      return threadId;
    },
    act: asks("thread/unarchive", inIt),
  },
  "thread.deleted": { ...byPerson, prepare: aThread, act: asks("thread/delete", inIt) },
  "thread.exported": {
    ...byPerson,
    prepare: aThread,
    act: async ({ owner }, threadId) => {
      accepted(await owner.browser.get(`/threads/${threadId}/export?format=json`));
    },
  },
  "thread.handedOver": {
    ...inThread,
    prepare: async (scene) => ({ threadId: await scene.thread(), userId: (await scene.member()).userId }),
    act: asks("skein/thread/handOver", (given) => given),
  },
  "prompt.given": {
    ...inThread,
    prepare: aThread,
    act: async ({ owner }, threadId) => {
      await runTurn(owner.client, threadId, [says("An answer.")]);
    },
  },
  "comment.added": {
    ...inThread,
    prepare: spokenIn,
    act: asks("skein/thread/comment/add", (threadId) => ({ threadId, text: "A word to the others." })),
  },
  "comment.deleted": {
    ...inThread,
    prepare: async (scene) => {
      const said = { threadId: await spokenIn(scene), text: "A word too much." };
      const { comment } = await scene.owner.client.request("skein/thread/comment/add", said);
      return { threadId: said.threadId, commentId: comment.id };
    },
    act: asks("skein/thread/comment/delete", (given) => given),
  },
  "queue.updated": {
    ...inThread,
    prepare: waitingIn,
    act: asks("thread/queue/update", (given: Waits) => ({ ...given, input: words("Other words.") })),
  },
  "queue.removed": { ...inThread, prepare: waitingIn, act: asks("thread/queue/delete", (given) => given) },
  "queue.reordered": {
    ...inThread,
    prepare: async (scene) => {
      const { threadId, queuedSubmissionId } = await waitingIn(scene);
      return { threadId, queuedSubmissionIds: [await waits(scene, threadId), queuedSubmissionId] };
    },
    act: asks("thread/queue/reorder", (given) => given),
  },
  "queue.started": {
    ...inThread,
    prepare: waitingIn,
    act: asks("thread/queue/start", (given: Waits) => ({ ...given, steer: true })),
  },
  "turn.interrupted": {
    ...inThread,
    prepare: async (scene) => {
      const threadId = await scene.thread();
      const name = `interrupted ${threadId}`;
      const turnId = await startTurn(scene.owner.client, threadId, [beginsToSay("Half."), gate(name)]);
      await scene.server.model.gateReached(name);
      return { threadId, turnId };
    },
    act: asks("turn/interrupt", (given) => given),
  },
  "backgroundCommand.ended": {
    ...byPerson,
    prepare: async ({ owner }) => {
      const threadId = (await owner.client.request("thread/start", { sandbox: "danger-full-access" })).thread.id;
      await runTurn(
        owner.client,
        threadId,
        [runs("echo begun; sleep 1000", { yield_time_ms: 250 })],
        [says("It runs.")],
      );
      const { data } = await owner.client.request("thread/backgroundTerminals/list", { threadId });
      return { threadId, processId: data[0].processId };
    },
    act: asks("thread/backgroundTerminals/terminate", (given) => given),
  },
  "approval.answered": {
    ...inThread,
    prepare: (scene) => scene.thread({ approvalPolicy: "untrusted" }),
    act: async ({ owner }, threadId) => {
      await startTurn(owner.client, threadId, [runs("touch made")], [says("Done.")]);
      const { id } = await owner.client.asked();
      owner.client.send({ id, result: { decision: "decline" } });
      await owner.client.notified("turn/completed", (params) => params.threadId === threadId);
    },
  },
  "policy.changed": {
    ...inThread,
    prepare: aThread,
    act: asks("thread/settings/update", (threadId) => ({ threadId, approvalPolicy: "never" })),
  },

  "share.created": {
    ...byPerson,
    prepare: aThread,
    act: asks("skein/share/create", (threadId) => ({ threadId, title: "Shared" })),
  },
  "share.revoked": {
    ...byPerson,
    prepare: async (scene) => {
      const threadId = await scene.thread();
      return { threadId, linkId: (await scene.share(threadId)).linkId };
    },
    act: asks("skein/share/revoke", (given) => given),
  },
  "share.copied": {
    ...{ by: "link", hasAddress: true, writtenWith: "transaction" },
    prepare: async (scene) => (await scene.share(await scene.thread())).token,
    act: asks("skein/share/copy", (token) => ({ token })),
  },
  "grant.changed": {
    ...byPerson,
    prepare: async (scene) => ({ threadId: await scene.thread(), userId: (await scene.member()).userId }),
    act: asks("skein/thread/grant/set", (given: object) => ({ ...given, level: "prompt" })),
  },

  "command.started": {
    ...byPerson,
    act: asks("command/exec", () => ({ command: ["true"] })),
  },
  "workspace.created": {
    ...byPerson,
    act: asks("skein/workspace/create", () => ({ name: `made-${crypto.randomUUID().slice(0, 8)}` })),
  },
  "workspace.renamed": {
    ...byPerson,
    prepare: async ({ owner }) =>
      (await owner.client.request("skein/workspace/create", { name: `called-${crypto.randomUUID().slice(0, 8)}` }))
        .workspace.id,
    act: asks("skein/workspace/rename", (workspaceId) => ({ workspaceId, title: "Tide tables" })),
  },
  "workspace.deleted": {
    ...byPerson,
    prepare: async ({ owner }) =>
      (await owner.client.request("skein/workspace/create", { name: `gone-${crypto.randomUUID().slice(0, 8)}` }))
        .workspace.id,
    act: asks("skein/workspace/delete", (workspaceId) => ({ workspaceId })),
  },
  "egress.allowed": {
    ...{ by: "system", hasAddress: false, writtenWith: "nothing" },
    act: (scene) => connects(scene, [scene.target.host]),
  },
  "egress.refused": {
    ...{ by: "system", hasAddress: false, writtenWith: "nothing" },
    act: (scene) => connects(scene, ["example.org"]),
  },
  "egress.ended": {
    ...{ by: "system", hasAddress: false, writtenWith: "nothing" },
    act: async (scene) => {
      const { owner, target } = scene;
      await owner.client.request("skein/network/policy/update", { mode: "listed", hosts: [target.host] });
      const threadId = (await owner.client.request("thread/start", {})).thread.id;
      await startTurn(owner.client, threadId, [fetches(`http://${target.host}/forever`)], [says("Done.")]);
      await target.opened();
      await owner.client.request("skein/network/policy/update", { mode: "off", hosts: [] });
      await owner.client.notified("turn/completed", (params) => params.threadId === threadId);
      return undefined;
    },
  },
  "networkPolicy.changed": {
    ...byPerson,
    act: asks("skein/network/policy/update", () => ({ mode: "listed", hosts: ["example.org"] })),
  },

  "credential.created": {
    ...byPerson,
    prepare: ({ owner }) => owner.client.ask("skein/modelCredential/delete", { scope: "user" }),
    act: (scene) => putKey(scene).then(() => undefined),
  },
  "credential.changed": {
    ...byPerson,
    prepare: (scene) => putKey(scene),
    act: (scene) => putKey(scene, "another name").then(() => undefined),
  },
  "credential.deleted": {
    ...byPerson,
    prepare: (scene) => putKey(scene),
    act: asks("skein/modelCredential/delete", () => ({ scope: "user" })),
  },
  "credential.tested": {
    ...byPerson,
    prepare: (scene) => putKey(scene),
    act: asks("skein/modelCredential/test", () => ({ scope: "user" })),
  },
  "credential.used": {
    ...{ by: "user", hasAddress: true, writtenWith: "nothing" },
    prepare: async (scene) => {
      await putKey(scene);
      return scene.thread();
    },
    act: async ({ owner }, threadId) => {
      await runTurn(owner.client, threadId, [says("Paid for.")]);
      await owner.client.request("skein/modelCredential/delete", { scope: "user" });
    },
  },

  "budget.changed": {
    ...byPerson,
    // Another each time: what is saved as it was is not told.
    act: asks("skein/budget/update", () => ({ pool: { primary: ++savedTokens, secondary: null } })),
  },
  "audit.exported": {
    ...byPerson,
    act: async ({ owner }) => {
      accepted(await owner.browser.get("/api/audit/export?format=csv"));
    },
  },
  "audit.dropped": {
    ...{ by: "system", hasAddress: false, writtenWith: "nothing" },
    act: async ({ server, tenantId }) => {
      const { withTenant } = server.database;
      const ports = { withTenant, recordRefusedSignIns: async () => {}, failed: () => {} };
      const buffer = new AuditBuffer(ports);
      const line = { action: "egress.refused", subject: "example.org", details: { port: 22, reason: "list" } } as const;
      const by = { actor: bySystem.actor, origin: unknownOrigin };
      for (let index = 0; index < 1_001; index += 1) buffer.offer(tenantId, by, line);
      await buffer.close();
    },
  },
  // What the commands do is tried where they are, as processes (`operator.proc.test.ts`).
  "operator.command": {
    ...{ by: "operator", hasAddress: false, writtenWith: "nothing" },
    act: async ({ server, tenantId }) => {
      const details = { command: "audit prune", rows: 1 };
      await server.database.withTenant(tenantId, (sql) =>
        record(sql, byOperator, { action: "operator.command", details }),
      );
    },
  },
};
