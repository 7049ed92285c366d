/** The tenant that strangers try to reach: people, threads in every state, and words by which anything of it is recognised. */
import type postgres from "postgres";
import { expect } from "vitest";
import type { Step } from "../../../../../e2e/scripted-model/script.ts";
import { Browser } from "../../testing/browser.ts";
import { prompt, runs, says, saysAround } from "../../testing/prompts.ts";
import type { TestServer } from "../../testing/start-test-server.ts";
import type { TestClient } from "../../testing/test-client.ts";
import type { Ids } from "./ids.ts";
import { addPerson, addToken, connectAs, type Person } from "./people.ts";

/** Stand in whatever the tenant has written down anywhere. */
export const markers = {
  /** In its threads: nobody sees it who may not read them. */
  threads: "murmuration7f3a",
  /** Elsewhere: nobody outside of the tenant sees it. */
  tenant: "wrenhouse91c2",
} as const;

export interface Victim {
  readonly server: TestServer;
  readonly tenantId: string;
  readonly userId: string;
  readonly browser: Browser;
  /** Of the owner, with replay and without. */
  readonly owner: TestClient;
  readonly plain: TestClient;
  /** People of the same tenant who may read none of the owner's threads. */
  readonly insiders: readonly Insider[];
  /** By thread: one at rest, one that waits for an answer, one at work, and all that belongs to each. */
  readonly known: readonly Ids[];
  /** Lets the turn end that is at work. */
  close(): Promise<void>;
}

export interface Insider {
  readonly who: string;
  readonly person: Pick<Person, "secret">;
}

const account = {
  name: `Ada ${markers.tenant}`,
  email: `ada@${markers.tenant}.example`,
  password: "correct horse battery",
};
const gateName = "the victim's turn";
const marked = (text: string) => `${text} ${markers.threads}`;

export async function openVictim(server: TestServer): Promise<Victim> {
  const browser = await claimServer(server);
  const { tenantId, userId } = (await browser.get("/api/session")).body;
  const secret = await addToken(server, { tenantId, userId });
  const owner = await connectAs(server, secret, { replay: true, presence: true });
  const plain = await connectAs(server, secret);
  const insiders: readonly Insider[] = [
    { who: "a member of the team", person: await addPerson(server, tenantId, "member") },
    { who: "a viewer of the team", person: await addPerson(server, tenantId, "viewer") },
    // Whoever may not read is told of nothing, whatever else the token carries.
    {
      who: "the owner's token that does not read",
      person: { secret: await addToken(server, { tenantId, userId }, ["prompt", "approve"]) },
    },
  ];
  const ofTenant = await furnish(server, owner, browser);
  const threads = [await threadAtRest(owner), await threadThatWaits(owner), await threadAtWork(owner, server)];
  const page = await owner.request("thread/list", { limit: 1 });
  const known = threads.map((thread) => ({
    ...{ tenantId, userId, ...ofTenant, listCursor: String(page.nextCursor) },
    ...thread,
  }));
  return {
    ...{ server, tenantId, userId, browser, owner, plain, insiders, known },
    close: async () => {
      server.model.releaseGate(gateName);
      for (const client of [owner, plain]) client.socket.terminate();
    },
  };
}

export async function claimServer(server: TestServer): Promise<Browser> {
  const browser = new Browser(server.app.address.url);
  const link = await server.app.consoleLink();
  if (link.type !== "firstOwner") throw new Error("the server has an owner already");
  const token = new URL(link.url).hash.slice(1);
  const answer = await browser.post("/api/first-owner", { token, tenantName: `Team ${markers.tenant}`, account });
  expect(answer.status).toBe(204);
  return browser;
}

/** What belongs to the tenant beside its threads. */
async function furnish(server: TestServer, owner: TestClient, browser: Browser) {
  const workspaceName = "shared-name";
  const { workspace } = await owner.request("skein/workspace/create", { name: workspaceName });
  await owner.request("skein/workspace/rename", { workspaceId: workspace.id, title: `Called ${markers.tenant}` });
  await owner.request("skein/workspace/create", { name: markers.tenant });
  const { token } = await owner.request("skein/token/create", { name: markers.tenant });
  const invited = await owner.request("skein/invitation/create", { role: "owner", note: markers.tenant });
  const { data: sessions } = (await browser.get("/api/account/sessions")).body;
  const { credential } = await owner.request("skein/gitCredential/add", {
    ...{
      scope: "user",
      name: markers.tenant,
      host: "git.example.org",
      username: markers.tenant,
      token: `token-${markers.threads}`,
    },
  });
  const lies = (sql: postgres.Sql) => sql`select host_path from workspaces where id = ${workspace.id}`;
  const [row] = await server.database.administer(lies);
  return {
    ...{ workspaceName, workspaceId: workspace.id, cwd: workspace.root, hostPath: String(row?.host_path) },
    gitCredentialId: credential.id,
    ...{ tokenId: token.id, sessionId: sessions[0].id, invitationId: invited.invitation.id },
    invitationSecret: String(invited.path).split("#")[1] ?? "",
  };
}

type OfThread = Pick<
  Ids,
  | "threadId"
  | "turnId"
  | "itemId"
  | "requestId"
  | "queuedSubmissionId"
  | "processId"
  | "replayCursor"
  | "shareLinkId"
  | "commentId"
  | "pageCursor"
  | "clientThreadId"
  | "clientUserMessageId"
>;

async function threadAtRest(owner: TestClient): Promise<OfThread> {
  const threadId = await open(owner, "shared-key-rest");
  await prompted(owner, threadId, [runs(`echo ${markers.threads}`)], [says(marked("An answer."))]);
  await owner.notified("skein/thread/events", ({ threadId: id, events }) => id === threadId && hasEnded(events));
  return learn(owner, threadId, "shared-key-rest", "00000000-0000-7000-8000-000000000000");
}

async function threadThatWaits(owner: TestClient): Promise<OfThread> {
  const threadId = await open(owner, "shared-key-waits", { approvalPolicy: "untrusted" });
  await prompted(owner, threadId, [says(marked("First this.")), runs(`touch ${markers.threads}`)], [says("Done.")]);
  const { id } = await owner.asked();
  return learn(owner, threadId, "shared-key-waits", String(id));
}

async function threadAtWork(owner: TestClient, { model }: TestServer): Promise<OfThread> {
  const threadId = await open(owner, "shared-key-works");
  await prompted(owner, threadId, saysAround(gateName, marked("Half of "), "an answer."));
  await model.gateReached(gateName);
  return learn(owner, threadId, "shared-key-works", "00000000-0000-7000-8000-000000000001");
}

async function open(owner: TestClient, clientThreadId: string, settings: object = {}): Promise<string> {
  const { thread } = await owner.request("thread/start", { ...settings, clientThreadId });
  await owner.request("thread/name/set", { threadId: thread.id, name: marked("A name") });
  return thread.id;
}

async function prompted(owner: TestClient, threadId: string, ...responses: readonly (readonly Step[])[]) {
  const input = [{ type: "text", text: marked("Please."), text_elements: [] }, ...prompt(...responses)];
  await owner.request("turn/start", { threadId, input, clientUserMessageId: "shared-message-key" });
}

async function learn(
  owner: TestClient,
  threadId: string,
  clientThreadId: string,
  requestId: string,
): Promise<OfThread> {
  const input = [{ type: "text", text: marked("Later."), text_elements: [] }];
  const later = { threadId, input, clientUserMessageId: "shared-queue-key" };
  const isAtRest = clientThreadId.endsWith("rest");
  const queued = isAtRest ? null : (await owner.request("thread/queue/add", later)).queuedSubmission;
  const { replay } = await owner.request("thread/resume", { threadId, excludeTurns: true });
  const { data: turns, backwardsCursor } = await owner.request("thread/turns/list", { threadId });
  const { data: entries } = await owner.request("thread/items/list", { threadId });
  const { link } = await owner.request("skein/share/create", { threadId, title: marked("A shared thread.") });
  const said = { threadId, text: marked("A word to the others."), clientCommentId: "shared-comment-key" };
  const { comment } = await owner.request("skein/thread/comment/add", said);
  return {
    ...{ shareLinkId: link.id, commentId: comment.id },
    ...{ threadId, clientThreadId, requestId, processId: "1", clientUserMessageId: "shared-message-key" },
    ...{ turnId: turns[0].id, itemId: entries.at(-1).item.id, pageCursor: String(backwardsCursor) },
    ...{ replayCursor: replay.cursor, queuedSubmissionId: queued?.id ?? "00000000-0000-7000-8000-000000000002" },
  };
}

function hasEnded(events: readonly { readonly method: string }[]): boolean {
  return events.some(({ method }) => method === "turn/completed");
}
