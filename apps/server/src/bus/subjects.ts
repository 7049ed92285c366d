/** Where nodes say what. The database's incarnation is part of every name, so that several servers can share one NATS. */

export interface Subjects {
  /** What is committed to a thread. */
  thread(threadId: string): string;
  /** What everybody of a tenant is told. */
  tenant(tenantId: string): string;
  /** Requests to one node. */
  node(nodeId: string): string;
  /** Questions to one node about who follows a thread there. */
  followers(nodeId: string): string;
  /** Who follows a thread. */
  presence(threadId: string): string;
  /** Whose rights on threads have changed. */
  readonly access: string;
  /** What concerns all nodes. */
  readonly nodes: string;
  /** That a node has let go of threads at work. */
  readonly abandoned: string;
}

export function subjectsOf(incarnation: string): Subjects {
  const root = `skein.${incarnation}`;
  return {
    thread: (threadId) => `${root}.thread.${threadId}`,
    tenant: (tenantId) => `${root}.tenant.${tenantId}`,
    node: (nodeId) => `${root}.node.${tokenOf(nodeId)}`,
    followers: (nodeId) => `${root}.followers.${tokenOf(nodeId)}`,
    presence: (threadId) => `${root}.presence.${threadId}`,
    access: `${root}.access`,
    nodes: `${root}.nodes`,
    abandoned: `${root}.abandoned`,
  };
}

/** The id of a node may hold what a subject may not. */
function tokenOf(nodeId: string): string {
  return Buffer.from(nodeId).toString("base64url");
}
