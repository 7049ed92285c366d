/** What things of a tenant are called by: everything that a stranger could have learned, and the same of nothing. */
import { uuidv7 } from "uuidv7";

export interface Ids {
  readonly tenantId: string;
  readonly userId: string;
  readonly threadId: string;
  readonly turnId: string;
  readonly itemId: string;
  /** Of the server request that asks for an approval. */
  readonly requestId: string;
  readonly queuedSubmissionId: string;
  readonly processId: string;
  readonly replayCursor: string;
  readonly pageCursor: string;
  readonly listCursor: string;
  readonly tokenId: string;
  readonly sessionId: string;
  readonly invitationId: string;
  readonly shareLinkId: string;
  readonly commentId: string;
  readonly workspaceId: string;
  /** Of the owner's own. */
  readonly gitCredentialId: string;
  /** Names that both sides may choose. */
  readonly workspaceName: string;
  readonly clientThreadId: string;
  readonly clientUserMessageId: string;
  /** Where the workspace lies, as commands see it and on the machine. */
  readonly cwd: string;
  readonly hostPath: string;
  /** Known by nobody but whom it was given to. */
  readonly invitationSecret: string;
}

/** They say how far something goes and name nothing, so there is none that nobody has. */
const places = new Set<keyof Ids>(["processId", "replayCursor", "pageCursor", "listCursor"]);
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Ids of the same form that nobody has. */
export function inventLike(stolen: Ids): Ids {
  const workspaceName = stolen.workspaceName.replace(/\w+$/, () => uuidv7().slice(-8));
  const invented = Object.entries(stolen).map(([name, id]) => [
    name,
    places.has(name as keyof Ids) ? id : inventText(id.replace(stolen.workspaceName, workspaceName)),
  ]);
  return { ...(Object.fromEntries(invented) as unknown as Ids), workspaceName };
}

function inventText(text: string): string {
  if (text.match(uuid) !== null) return text.replace(uuid, () => uuidv7());
  return text.includes("/") ? text : text.replace(/\w+$/, (end) => uuidv7().replaceAll("-", "").slice(-end.length));
}

/** The text with names in place of the ids, so that two answers about different things can be compared. */
export function nameIds(text: string, ids: Ids): string {
  const named = Object.entries(ids).filter(([name, id]) => id.length >= 6 && !places.has(name as keyof Ids));
  const longestFirst = named.toSorted(([, one], [, other]) => other.length - one.length);
  return longestFirst.reduce((rest, [name, id]) => rest.replaceAll(id, `<${name}>`), text);
}
