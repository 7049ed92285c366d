import type { AuditLine } from "@skein/protocol/methods/audit";

/** Actions by what they are about, in the words of the screen. */
export const actionGroups: readonly { readonly title: string; readonly actions: Readonly<Record<string, string>> }[] = [
  {
    title: "Signing in",
    actions: {
      "signIn.accepted": "signed in",
      "signIn.refused": "was refused to sign in",
      "signOut.done": "signed out",
      "session.ended": "ended sessions",
      "password.changed": "changed their password",
      "passwordLink.created": "made a link for a new password",
      "email.changed": "changed their e-mail address",
      "name.changed": "changed their name",
      "account.deleted": "deleted their account",
      "identity.connected": "connected a sign-in elsewhere",
    },
  },
  {
    title: "People",
    actions: {
      "tenant.created": "made the team",
      "tenant.renamed": "renamed the team",
      "member.joined": "joined",
      "member.roleChanged": "changed a role",
      "member.removed": "removed somebody",
      "member.left": "left",
      "invitation.created": "invited somebody",
      "invitation.revoked": "took an invitation back",
    },
  },
  {
    title: "Threads",
    actions: {
      "thread.created": "began a thread",
      "thread.renamed": "renamed a thread",
      "thread.archived": "archived a thread",
      "thread.unarchived": "took a thread out of the archive",
      "thread.deleted": "deleted a thread",
      "thread.exported": "exported a thread",
      "thread.handedOver": "handed a thread over",
      "prompt.given": "prompted",
      "queue.updated": "changed a waiting message",
      "queue.removed": "took a waiting message back",
      "queue.reordered": "reordered waiting messages",
      "queue.started": "started a waiting message",
      "turn.interrupted": "interrupted a turn",
      "backgroundCommand.ended": "ended a command in the background",
      "comment.added": "commented",
      "comment.deleted": "deleted a comment",
      "approval.answered": "answered the agent",
      "policy.changed": "changed what runs unasked",
    },
  },
  {
    title: "Sharing",
    actions: {
      "share.created": "shared a thread by link",
      "share.revoked": "took a link back",
      "share.copied": "copied a shared thread",
      "grant.changed": "changed who may use a thread",
    },
  },
  {
    title: "Workspaces and network",
    actions: {
      "workspace.created": "made a workspace",
      "workspace.renamed": "renamed a workspace",
      "workspace.deleted": "deleted a workspace",
      "command.started": "ran a command without a thread",
      "egress.allowed": "reached a host",
      "egress.refused": "was kept from a host",
      "egress.ended": "lost a connection that is not allowed any more",
      "networkPolicy.changed": "changed the network policy",
    },
  },
  {
    title: "Keys and tokens",
    actions: {
      "token.created": "made an access token",
      "token.revoked": "revoked an access token",
      "credential.created": "stored a key",
      "credential.changed": "changed a key",
      "credential.deleted": "deleted a key",
      "credential.tested": "tested a key",
      "credential.used": "used a key",
    },
  },
  {
    title: "Administration",
    actions: {
      "budget.changed": "changed a budget",
      "audit.exported": "exported this list",
      "audit.dropped": "lost lines of this list",
      "operator.command": "ran an operator's command",
    },
  },
];

const words = new Map(actionGroups.flatMap(({ actions }) => Object.entries(actions)));

/** An action that this client does not know is called by its name. */
export function presentAction(action: string): string {
  return words.get(action) ?? action;
}

export function presentActor({ actor }: Pick<AuditLine, "actor">): string {
  switch (actor.type) {
    case "user":
      return actor.name ?? "Somebody";
    case "token":
      return `${actor.name ?? "Somebody"} (token)`;
    case "link":
      return "A visitor by link";
    case "operator":
      return "The operator";
    case "system":
      return "The server";
    case "nobody":
      return "Somebody unknown";
  }
}
