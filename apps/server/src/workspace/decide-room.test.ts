import { expect, test } from "vitest";
import { decideRoom } from "./decide-room.ts";

const quota = { tenantMaxBytes: 100, workspaceMaxBytes: 40, workspaceMaxFiles: 7, uploadMaxBytes: 10 };

test.each([
  [0, 40],
  [60, 40],
  [61, 39],
  [99, 1],
])("a tenant that uses %i may make a workspace of %i", (used, room) => {
  expect(decideRoom(quota, used)).toEqual({ maxBytes: room, maxFiles: 7 });
});

test.each([100, 101])("a tenant that uses %i may make none", (used) => {
  expect(decideRoom(quota, used)).toBeNull();
});
