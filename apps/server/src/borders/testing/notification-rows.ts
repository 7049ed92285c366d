/**
 * How the server is made to send each notification to those whose it is, while strangers listen. A notification without a row does not
 * type-check.
 */
import type { NotificationMethod } from "@skein/protocol/notifications";
import * as bytes from "../../../../../e2e/scripted-model/event-bytes.ts";
import { commitUnpublished } from "../../testing/commit-unpublished.ts";
import { isServerRequest } from "../../testing/frame.ts";
import { beginsToSay, gate, patches, plans, prompt, runs, says } from "../../testing/prompts.ts";
import { addPerson } from "./people.ts";
import { playTurn, provokeTurn, type Scene } from "./scene.ts";
import { markers } from "./victim.ts";

export type NotificationRow =
  | {
      readonly type: "provoked";
      /** Of whose clients one must get it. */
      readonly by: "owner" | "plain";
      /** Everybody in the tenant may hear it. */
      readonly isOfTenant?: true;
      readonly provoke: (scene: Scene) => Promise<unknown>;
    }
  /** It names nothing that is a tenant's. */
  | { readonly type: "everybodys" }
  /** In the protocol, and nothing in the server says it. */
  | { readonly type: "neverSent" };

type Provoke = (scene: Scene) => Promise<unknown>;

/** To clients without replay, and to those with it in frames. */
const told = (provoke: Provoke): NotificationRow => ({ type: "provoked", by: "plain", provoke });
/** To clients with replay only. */
const framed = (provoke: Provoke): NotificationRow => ({ type: "provoked", by: "owner", provoke });
/** To all people of the tenant. */
const toTenant = (provoke: Provoke): NotificationRow => ({ type: "provoked", by: "owner", provoke, isOfTenant: true });
const neverSent: NotificationRow = { type: "neverSent" };

const answer = says("An answer.");
const speaks: Provoke = (scene) => playTurn(scene, [answer]);
const commands: Provoke = (scene) => playTurn(scene, [runs("echo told; echo again")], [answer]);
const thinks: Provoke = (scene) => playTurn(scene, [{ type: "reasoning", summary: ["Thinking."] }, answer]);
const asksFirst: Provoke = async (scene) => {
  const { owner, threadId } = scene;
  await owner.request("thread/settings/update", { threadId, approvalPolicy: "untrusted" });
  const turnId = await provokeTurn(scene, [runs("touch x")], [answer]);
  await owner.next((frame) => isServerRequest(frame) && frame.params.threadId === threadId);
  return turnId;
};
const asksAndEnds: Provoke = async (scene) => {
  const turnId = await asksFirst(scene);
  await scene.owner.request("turn/interrupt", { threadId: scene.threadId, turnId });
};
const managed =
  (method: string, more: object = {}): Provoke =>
  ({ owner, threadId }) =>
    owner.request(method, { threadId, ...more });
/** To somebody who is no stranger, as nobody else could be given it. */
const handedOver: Provoke = async ({ server, tenantId, owner, threadId }) => {
  const { userId } = await addPerson(server, tenantId, "member");
  await owner.request("skein/thread/handOver", { threadId, userId });
};
const comments = async (scene: Scene) => {
  await speaks(scene);
  return scene.owner.request("skein/thread/comment/add", { threadId: scene.threadId, text: markers.threads });
};
const replaced: Provoke = ({ server, threadId }) =>
  server.database.administer((sql) => sql`update threads set log_epoch = log_epoch + 1 where id = ${threadId}`);
const warned: Provoke = ({ server, threadId }) =>
  commitUnpublished(server, threadId, [
    { type: "warning.reported", turnId: null, message: markers.threads, runner: null },
  ]);
/** A command that goes on, and then a word typed into it. */
const typesInto: Provoke = async (scene) => {
  const { owner, threadId } = scene;
  await playTurn(scene, [runs("read line; echo got $line", { yield_time_ms: 250, tty: true })], [answer]);
  const { data } = await owner.request("thread/backgroundTerminals/list", { threadId });
  const typed = { session_id: Number(data[0].processId), chars: "x\n", yield_time_ms: 250 };
  await playTurn(scene, [{ type: "call", name: "write_stdin", arguments: typed }], [answer]);
};
/** As models do that show their reasoning itself. */
const thinksAloud: Provoke = (scene) => {
  const item = { id: "rs_aloud", type: "reasoning", summary: [], encrypted_content: null };
  const delta = { item_id: item.id, output_index: 0, content_index: 0, delta: markers.threads };
  const data = bytes.itemAdded(0, item) + bytes.event("response.reasoning_text.delta", delta) + bytes.itemDone(0, item);
  return playTurn(scene, [{ type: "raw", data }]);
};
const spendsOfLimit: Provoke = async (scene) => {
  await scene.owner.request("skein/budget/update", { pool: { primary: 1_000_000_000, secondary: null } });
  await speaks(scene);
};
/** Turns at once. Other rows leave some behind that never end, and so it takes as many as this to have all places taken. */
export const turnsPerMember = 6;
const waitsBehindOthers: Provoke = async (scene) => {
  const { owner } = scene;
  const others: { threadId: string; turnId: string }[] = [];
  while (others.length < turnsPerMember) {
    const threadId = (await owner.request("thread/start", {})).thread.id as string;
    others.push({ threadId, turnId: await provokeTurn({ ...scene, threadId }, [gate("never released"), answer]) });
  }
  const turnId = await provokeTurn(scene, [answer]);
  await owner.notified("skein/turn/waiting", (params) => params.turnId === turnId);
  for (const other of others) await owner.request("turn/interrupt", other);
  await scene.plain.notified("turn/completed", ({ turn }) => turn.id === turnId);
};
/** Heard by this connection, and not by another one of the same person. */
const spawns = async ({ plain }: Scene, streamStdoutStderr: boolean) => {
  const [command, processHandle] = [["echo", markers.threads], "shared-process"];
  await plain.request("process/spawn", { command, processHandle, cwd: "/workspaces/main", streamStdoutStderr });
  await plain.notified("process/exited");
};
const searches: Provoke = async ({ plain }) => {
  await plain.request("fs/writeFile", { path: `/workspaces/main/${markers.threads}`, dataBase64: "" });
  await plain.request("fuzzyFileSearch/sessionStart", { sessionId: "shared-session", roots: ["/workspaces/main"] });
  await plain.request("fuzzyFileSearch/sessionUpdate", { sessionId: "shared-session", query: markers.threads });
  await plain.notified("fuzzyFileSearch/sessionUpdated", ({ files }) => files.length > 0);
  await plain.notified("fuzzyFileSearch/sessionCompleted");
};
const nobodysApproval = "approval-01a1f919-2ccb-7b31-9e9c-38dd111e2607";

export const notificationRows: Readonly<Record<NotificationMethod, NotificationRow>> = {
  "thread/started": told(({ owner }) => owner.request("thread/start", {})),
  "thread/status/changed": told(speaks),
  "thread/archived": told(managed("thread/archive")),
  "thread/unarchived": told(async (scene) => {
    await managed("thread/archive")(scene);
    await managed("thread/unarchive")(scene);
  }),
  "thread/deleted": told(managed("thread/delete")),
  // As after the restoring of a backup: for plain clients the thread is closed, others are told why.
  "thread/closed": told(replaced),
  "thread/name/updated": told(managed("thread/name/set", { name: "another name" })),
  "thread/tokenUsage/updated": told(speaks),
  "thread/settings/updated": told(managed("thread/settings/update", { effort: "low" })),
  "thread/readState/changed": neverSent,
  "thread/goal/cleared": neverSent,
  "thread/queue/changed": told(async (scene) => {
    const { owner, threadId, server } = scene;
    await provokeTurn(scene, [gate("busy"), answer]);
    await server.model.gateReached("busy");
    await owner.request("thread/queue/add", { threadId, input: prompt([answer]), clientUserMessageId: "k" });
    server.model.releaseGate("busy");
  }),

  "turn/started": told(speaks),
  "turn/completed": told(speaks),
  "turn/plan/updated": told((scene) => playTurn(scene, [plans({ step: "One", status: "pending" })], [answer])),
  "turn/diff/updated": told((scene) => playTurn(scene, [patches("*** Add File: made.txt", "+made")], [answer])),

  "item/started": told(commands),
  "item/completed": told(commands),
  "item/agentMessage/delta": told(speaks),
  "item/reasoning/summaryPartAdded": told(thinks),
  "item/reasoning/summaryTextDelta": told(thinks),
  "item/reasoning/textDelta": told(thinksAloud),
  "item/commandExecution/outputDelta": told(commands),
  "item/commandExecution/terminalInteraction": told(typesInto),

  error: told((scene) =>
    playTurn(scene, [beginsToSay("Half"), { type: "fail", code: "context_length_exceeded", message: "too long" }]),
  ),
  warning: told(warned),
  deprecationNotice: neverSent,
  configWarning: neverSent,
  "serverRequest/resolved": told(asksAndEnds),

  // The pool is everybody's there.
  "account/rateLimits/updated": toTenant(spendsOfLimit),
  "skein/turn/waiting": framed(waitsBehindOthers),
  "skein/server/status": { type: "everybodys" },

  "skein/workspace/changed": toTenant(({ owner }) =>
    owner.request("skein/workspace/create", { name: `${markers.tenant}-new` }),
  ),
  "skein/workspace/deleted": toTenant(async ({ owner }) => {
    const { workspace } = await owner.request("skein/workspace/create", { name: `${markers.tenant}-old` });
    await owner.request("skein/workspace/delete", { workspaceId: workspace.id });
  }),

  "fs/changed": told(async ({ plain }) => {
    await plain.request("fs/watch", { path: "/workspaces/main", watchId: "shared-watch" });
    await plain.request("fs/writeFile", { path: `/workspaces/main/${markers.threads}`, dataBase64: "" });
    await plain.notified("fs/changed");
  }),
  "skein/tenant/changed": toTenant(({ owner }) =>
    owner.request("skein/tenant/rename", { name: `${markers.tenant} anew` }),
  ),

  "command/exec/outputDelta": told(({ plain }) =>
    plain.request("command/exec", {
      ...{ command: ["echo", markers.threads], processId: "shared-process", streamStdoutStderr: true },
    }),
  ),
  "fuzzyFileSearch/sessionUpdated": told(searches),
  "fuzzyFileSearch/sessionCompleted": told(searches),
  "process/outputDelta": told((scene) => spawns(scene, true)),
  "process/exited": told((scene) => spawns(scene, false)),

  "skein/thread/events": framed(speaks),
  "skein/thread/reset": framed(replaced),
  "skein/approval/requested": framed(asksAndEnds),
  "skein/approval/resolved": framed(asksAndEnds),
  "skein/approval/notAccepted": framed(async ({ owner }) =>
    owner.send({ id: nobodysApproval, result: { decision: "accept" } }),
  ),
  "skein/warning/reported": framed(warned),
  "skein/thread/access/changed": framed(handedOver),
  "skein/thread/handedOver": framed(handedOver),
  "skein/thread/comment/added": framed(comments),
  "skein/thread/comment/deleted": framed(async (scene) => {
    const { comment } = await comments(scene);
    await scene.owner.request("skein/thread/comment/delete", { threadId: scene.threadId, commentId: comment.id });
  }),
  "skein/thread/presence": framed(({ owner, threadId }) =>
    owner.request("skein/thread/typing", { threadId, typing: true }),
  ),
};
