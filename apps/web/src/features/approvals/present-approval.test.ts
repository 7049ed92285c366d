import { describe, expect, it } from "vitest";
import { commandApproval, fileApproval } from "../../testing/approvals.ts";
import { fileItem, timelineOf, turnOf } from "../../testing/items.ts";
import { presentApproval } from "./present-approval.ts";

const nothing = timelineOf([]);

describe("presentApproval", () => {
  it("asks about a command with its exact line", () => {
    expect(presentApproval(commandApproval("/bin/bash -c 'git push'", { reason: "Needs network" }), nothing)).toEqual({
      title: "Run this command?",
      reason: "Needs network",
      cwd: "/workspaces/api",
      command: "/bin/bash -c 'git push'",
      changes: [],
      threadScope: "exactly this command, nothing else",
      acceptLabel: "Approve once",
      hostRefusal: null,
    });
  });

  it("asks about a host by its name", () => {
    const approval = commandApproval("curl x", { networkApprovalContext: { host: "github.com", protocol: "https" } });
    expect(presentApproval(approval, nothing)).toMatchObject({
      title: "Allow network access to github.com?",
      threadScope: "every connection to github.com through the same port",
      acceptLabel: "Allow for this command",
      hostRefusal: {
        applyNetworkPolicyAmendment: { network_policy_amendment: { host: "github.com", action: "deny" } },
      },
    });
  });

  it("asks about the files of the item that the approval names", () => {
    const changes = [
      { path: "/w/a", kind: { type: "add" as const }, diff: "a\n" },
      { path: "/w/b", kind: { type: "delete" as const }, diff: "b\n" },
    ];
    const timeline = timelineOf([turnOf([fileItem(changes, { id: "patch-1" })])]);
    expect(presentApproval(fileApproval("patch-1"), timeline)).toMatchObject({
      title: "Change 2 files?",
      changes,
      command: null,
    });
  });

  it("names the directory that would be opened", () => {
    const approval = fileApproval("patch-9", "/etc");
    expect(presentApproval(approval, nothing)).toMatchObject({
      title: "Change files?",
      threadScope: "changes anywhere under /etc",
    });
  });
});
