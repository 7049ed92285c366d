/** Where nodes say what. The database's incarnation is part of every name, so that several servers can share one NATS. */

export interface Subjects {
  /** What is committed to a thread. */
  thread(threadId: string): string;
  /** What everybody of a tenant is told. */
  tenant(tenantId: string): string;
  /** Requests to one node. Its id may hold what a subject may not. */
  node(nodeId: string): string;
  /** What concerns all nodes. */
  readonly nodes: string;
}

export function subjectsOf(incarnation: string): Subjects {
  const root = `skein.${incarnation}`;
  return {
    thread: (threadId) => `${root}.thread.${threadId}`,
    tenant: (tenantId) => `${root}.tenant.${tenantId}`,
    node: (nodeId) => `${root}.node.${Buffer.from(nodeId).toString("base64url")}`,
    nodes: `${root}.nodes`,
  };
}
