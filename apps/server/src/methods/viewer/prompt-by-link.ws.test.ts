/** A link that allows it lets people prompt who have an account, in whichever tenant; on several nodes it ends for all at once. */
import { expect, test } from "vitest";
import { addPerson, addTenant, connectAs } from "../../borders/testing/people.ts";
import { claimServer } from "../../borders/testing/victim.ts";
import { Browser } from "../../testing/browser.ts";
import { runTurn, startThread } from "../../testing/conversation.ts";
import { prompt, says } from "../../testing/prompts.ts";
import { helloOf, openClient } from "../../testing/server-test.ts";
import { startTestCluster } from "../../testing/start-test-cluster.ts";
import { startTestServer } from "../../testing/start-test-server.ts";
import type { TestClient } from "../../testing/test-client.ts";
import { joinAsViewer } from "../../testing/viewer.ts";

test("who is signed in elsewhere may prompt by a link that says so, and a stranger may not", async () => {
  const server = await startTestServer({ SKEIN_ACCOUNTS: "on", SKEIN_ACCESS_TOKEN: "" });
  const { url } = server.app.address;
  try {
    const host = await claimServer(server);
    const { tenantId } = (await host.get("/api/session")).body;
    const owner = await connectAs(server, (await addPerson(server, tenantId, "owner")).secret);
    const elsewhere = await addTenant(server);
    const inviter = await connectAs(server, (await addPerson(server, elsewhere, "owner")).secret);
    const { path: invitation } = await inviter.request("skein/invitation/create", { role: "member" });
    const guest = new Browser(url);
    const account = { name: "Grace", email: "grace@elsewhere.example", password: "correct horse battery" };
    await guest.post("/api/invitation/accept-as-new", { token: String(invitation).split("#")[1], account });
    const cookie = [...guest.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const threadId = await startThread(owner);
    const links = {
      prompt: await owner.request("skein/share/create", { threadId, title: "Ask away", level: "prompt" }),
      comment: await owner.request("skein/share/create", { threadId, title: "Say something", level: "comment" }),
      read: await owner.request("skein/share/create", { threadId, title: "Look only" }),
    };
    const [signedIn, stranger, reader] = [
      await joinAsViewer(url, links.prompt.path, { cookie, origin: url }),
      await joinAsViewer(url, links.prompt.path),
      await joinAsViewer(url, links.read.path, { cookie, origin: url }),
    ];
    const asked = { threadId, input: prompt([says("Gladly.")]), clientUserMessageId: "by link" };
    for (const client of [stranger, reader]) {
      expect((await client.ask("turn/start", asked)).error?.message).toMatch(/needs the right to prompt/);
    }
    await signedIn.request("thread/resume", { threadId, replay: { cursor: null } });
    const pictured = { ...asked, input: [{ type: "localImage", path: "/etc/passwd" }] };
    expect((await signedIn.ask("turn/start", pictured)).error?.message).toMatch(/anything but text/);
    const { turn } = await signedIn.request("turn/start", { ...asked, approvalPolicy: "never", cwd: "/etc" });
    expect((await signedIn.request("turn/start", asked)).turn.id).toBe(turn.id);
    await owner.notified("turn/completed", (params) => params.turn.id === turn.id);
    expect((await owner.request("thread/resume", { threadId })).approvalPolicy).toBe("on-request");
    await commentsByLink(owner, threadId, await joinAsViewer(url, links.comment.path, { cookie, origin: url }), [
      await joinAsViewer(url, links.comment.path),
      reader,
    ]);
    // Nothing else of the tenant is there.
    expect((await signedIn.ask("thread/list", {})).error?.message).toMatch(/not for viewers/);
    // The session ends, and with it what was open by it; the stranger looks on.
    await guest.post("/api/sign-out");
    expect((await signedIn.closed).code).toBe(4401);
    expect((await stranger.ask("thread/read", { threadId })).error).toBeUndefined();
    const [hostile] = await Promise.allSettled([
      joinAsViewer(url, links.prompt.path, { cookie, origin: "http://evil.example" }),
    ]);
    expect(hostile?.status).toBe("rejected");
    for (const client of [owner, inviter, stranger, reader]) client.socket.terminate();
  } finally {
    await server.stop();
  }
}, 60_000);

/** With an account and a link that allows it, somebody says something to the people of the thread, and nothing to the agent. */
async function commentsByLink(
  owner: TestClient,
  threadId: string,
  guest: TestClient,
  silent: readonly TestClient[],
): Promise<void> {
  const add = { threadId, text: "From outside", clientCommentId: "by link" };
  for (const client of silent) {
    expect((await client.ask("skein/thread/comment/add", add)).error?.message).toMatch(/not for this link/);
  }
  await guest.request("thread/resume", { threadId, replay: { cursor: null } });
  const { comment } = await guest.request("skein/thread/comment/add", add);
  expect((await guest.request("skein/thread/comment/add", add)).comment.id).toBe(comment.id);
  expect(comment.author).toMatchObject({ name: "Grace", isViewer: true });
  expect((await guest.ask("turn/start", { threadId, input: prompt([]) })).error?.message).toMatch(/right to prompt/);
  const said = await owner.request("skein/thread/comment/add", { threadId, text: "From inside" });
  const remove = (commentId: string) => guest.ask("skein/thread/comment/delete", { threadId, commentId });
  expect((await remove(said.comment.id)).error?.message).toMatch(/^no comment/);
  expect((await remove(comment.id)).error).toBeUndefined();
  const { data } = await guest.request("thread/turns/list", { threadId });
  const left = data.flatMap(({ extras }: { extras: { comments: { text: string }[] } }) => extras.comments);
  expect(left.map(({ text }: { text: string }) => text)).toEqual(["From inside"]);
  for (const client of [guest, silent[0]]) client?.socket.terminate();
}

test("a viewer follows from any node, and a revoked link ends at all of them, also when the bus loses the word", async () => {
  let isDeaf = false;
  const cluster = await startTestCluster(2, (bus) => ({
    get state() {
      return bus.state;
    },
    publish: (subject, encode) => {
      if (!isDeaf) bus.publish(subject, encode);
    },
    subscribe: (subject, listener) => bus.subscribe(subject, listener),
    request: (subject, payload, timeoutMs) => bus.request(subject, payload, timeoutMs),
    answer: (subject, handler) => bus.answer(subject, handler),
    close: () => bus.close(),
  }));
  try {
    const [near, far] = cluster.nodes;
    if (near === undefined || far === undefined) throw new Error("there are two nodes");
    const owner = await openClient(near);
    await owner.request("initialize", helloOf({}));
    const threadId = await startThread(owner, { environments: [] });
    const ends = [];
    for (const deaf of [false, true]) {
      const { path, link } = await owner.request("skein/share/create", { threadId, title: "Seen from afar" });
      const viewer = await joinAsViewer(far.app.address.url, path);
      await viewer.request("thread/resume", { threadId, replay: { cursor: null } });
      await runTurn(owner, threadId, [says("From the other node.")]);
      await viewer.notified("skein/thread/events", ({ events }) => JSON.stringify(events).includes("turn/completed"));
      isDeaf = deaf;
      await owner.request("skein/share/revoke", { threadId, linkId: link.id });
      ends.push((await viewer.closed).code);
      isDeaf = false;
    }
    expect(ends).toEqual([4410, 4410]);
    owner.socket.terminate();
  } finally {
    await cluster.stop();
  }
}, 60_000);
