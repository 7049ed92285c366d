/** What people say to each other in a thread. It is an event of the thread like any other, so its owner writes it. */
import type { CommandReceipt } from "@skein/core/ports";
import type { Comment } from "@skein/protocol/comment";
import { errors } from "@skein/protocol/errors";
import type { ParamsOf, ResultOf } from "@skein/protocol/methods";
import type { ThreadEventBody } from "@skein/timeline/event";
import { presentComment } from "@skein/timeline/present/comment";
import type { WithTenant } from "../database/with-tenant.ts";
import { mayComment } from "../identity/authorise.ts";
import type { Principal } from "../identity/principal.ts";
import { countComments, readComment, readCommentedTurn } from "../log/read-comments.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import { actorOf } from "./acting.ts";
import type { Handlers, MethodCall } from "./handler.ts";
import { refuse } from "./request-error.ts";
import { findThread, hostOf, keyOf, type ThreadServices } from "./thread-services.ts";

type Methods = "skein/thread/comment/add" | "skein/thread/comment/delete";

export interface CommentServices extends ThreadServices {
  readonly withTenant: WithTenant;
}

/** They are read with each page of turns. */
const maxComments = 1_000;

export function commentHandlers(services: CommentServices): Handlers<Methods> {
  return {
    "skein/thread/comment/add": (params, call) => addComment(services, params, call),
    "skein/thread/comment/delete": (params, call) => deleteComment(services, params, call),
  };
}

async function addComment(
  services: CommentServices,
  { threadId, turnId = null, text, clientCommentId = null }: ParamsOf<"skein/thread/comment/add">,
  call: MethodCall,
): Promise<ResultOf<"skein/thread/comment/add">> {
  const { principal } = call;
  const key = await findCommented(services, call, threadId);
  const commentId = services.ids.uuid();
  const add = async (receiptsOf: (comment: Comment) => readonly CommandReceipt[]): Promise<Comment> => {
    const about = await placeOf(services, principal, key, turnId);
    const { name } = principal;
    const said = { commentId, turnId: about, text, name, isViewer: principal.via.type === "shareLink" };
    const event = { type: "comment.added", ...said, actor: actorOf(call) } as const;
    const comment = presentComment({ ...event, seq: 0, at: services.clock.now() });
    await write(services, key, event, receiptsOf(comment));
    return comment;
  };
  if (clientCommentId === null) return { comment: await add(() => []) };
  const command = {
    ...{ principal, scope: key.threadId, key: `comment/${clientCommentId}` },
    ...{ method: "skein/thread/comment/add", field: "clientCommentId", input: { turnId, text } },
  };
  const { result: comment } = await services.commands.once<Comment>(command, (receiptFor) =>
    add((added) => [receiptFor(added)]),
  );
  return { comment };
}

/** One's own, and for who manages the thread everybody's. */
async function deleteComment(
  services: CommentServices,
  { threadId, commentId }: ParamsOf<"skein/thread/comment/delete">,
  call: MethodCall,
): Promise<ResultOf<"skein/thread/comment/delete">> {
  const { principal, rights } = call;
  const key = await findCommented(services, call, threadId);
  const read = () => services.withTenant(key.tenantId, (sql) => readComment(sql, key.threadId, commentId));
  const known = await read();
  if (known === null) return refuse(errors.commentNotFound(commentId));
  const isOwn = known.memberId === principal.userId;
  // What a link does not show is not there.
  if (!isOwn && principal.via.type === "shareLink") refuse(errors.commentNotFound(commentId));
  if (!isOwn && !rights.has("manage"))
    refuse(errors.forbidden("only who wrote a comment deletes it, or who manages the thread"));
  if (known.isDeleted) return {};
  // Of two at once the second finds what the first has done.
  const command = {
    ...{ principal, scope: key.threadId, key: `comment/delete/${commentId}` },
    ...{ method: "skein/thread/comment/delete", field: "commentId", input: null },
  };
  await services.commands.once<null>(command, async (receiptFor) => {
    if ((await read())?.isDeleted === true) return null;
    const deleted = { type: "comment.deleted", commentId, turnId: known.turnId, actor: actorOf(call) } as const;
    await write(services, key, deleted, [receiptFor(null)]);
    return null;
  });
  return {};
}

async function write(
  services: ThreadServices,
  key: ThreadKey,
  event: ThreadEventBody,
  receipts: readonly CommandReceipt[],
): Promise<void> {
  const host = await hostOf(services, key, errors.threadNotFound);
  await host.append([event], receipts);
}

/** The turn under which it stands. */
async function placeOf(
  { withTenant }: CommentServices,
  { tenantId, via }: Principal,
  { threadId }: ThreadKey,
  turnId: string | null,
): Promise<string> {
  const [turn, count] = await withTenant(tenantId, async (sql) => [
    await readCommentedTurn(sql, threadId, turnId),
    await countComments(sql, threadId),
  ]);
  // Of turns that the link does not show nobody learns whether they are there.
  const isHidden = turn !== null && via.type === "shareLink" && turn.startedSeq <= via.share.fromSeq;
  if (turn === null || isHidden) return refuse(errors.commentRefused("there is no such turn to comment on"));
  if (count >= maxComments) refuse(errors.commentRefused(`a thread has at most ${maxComments} comments`));
  return turn.turnId;
}

async function findCommented(services: ThreadServices, call: MethodCall, threadId: string): Promise<ThreadKey> {
  const { principal, rights } = call;
  const key = keyOf(principal, threadId);
  const record = await findThread(services, key, errors.threadNotFound);
  if (!mayComment(principal, rights)) refuse(errors.forbidden("commenting is not for this link or this token"));
  if (principal.via.type === "shareLink" && principal.via.share.frozenAtSeq !== null) {
    refuse(errors.commentRefused("what the link shows is frozen"));
  }
  if (record.ephemeral) refuse(errors.ephemeralUnsupported("skein/thread/comment"));
  if (record.archivedAtMs !== null) refuse(errors.threadArchived(key.threadId));
  return key;
}
