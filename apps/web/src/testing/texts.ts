/** Texts of the fixtures: what an agent might have said and done. */

export const answerText = `The test subscribes **after** it appends, so when the notify arrives first the cursor skips one event. I made the subscription return the snapshot and the cursor in one transaction, and pinned the failing seed.

## What changed

- \`subscribe\` now reads the snapshot and the cursor together
- The hub takes the cursor, so it can tell a gap from a start
- Seed \`8360926944486245\` is pinned as its own test

\`\`\`ts
async function subscribe(threadId: string, from: number) {
  const { snapshot, cursor } = await this.readAt(threadId, from);
  this.hub.addAt(threadId, cursor);
  return { snapshot, cursor };
}
\`\`\`

| run | before | after |
|---|---|---|
| 200 seeds | 11 failures | 0 failures |
| 2,000 seeds | 97 failures | 0 failures |

All 41 tests pass. See https://example.com/replay for the write-up, ![a picture](https://example.com/x.png) and <b>raw html</b>.
`;

export const testOutput = `\x1b[32m✓\x1b[39m replay.test.ts (41 tests) \x1b[2m2310ms\x1b[22m
\x1b[32m✓\x1b[39m seed 8360926944486245 \x1b[2m– disconnect during append\x1b[22m

 \x1b[2mTest Files\x1b[22m  \x1b[1m\x1b[32m1 passed\x1b[39m\x1b[22m (1)
 \x1b[2mReport\x1b[22m      http://localhost:51204/__vitest__/
`;

const hunk = `@@ -41,4 +41,5 @@ class Subscriptions
 async subscribe(threadId, from) {
-  const snapshot = await this.read(threadId)
-  this.hub.add(threadId, socket)
+  const { snapshot, cursor } = await this.readAt(threadId, from)
+  this.hub.addAt(threadId, cursor)
+
   return { snapshot, cursor }
`;

export const subscriptionPatch = {
  path: "/workspaces/api/packages/core/src/subscription.ts",
  kind: { type: "update" as const, move_path: null },
  diff: hunk,
};

export const patchDiff = `diff --git a/packages/core/src/subscription.ts b/packages/core/src/subscription.ts
index 2d00bd5..9715353 100644
--- a/packages/core/src/subscription.ts
+++ b/packages/core/src/subscription.ts
${hunk}diff --git a/packages/core/src/replay.seeds.ts b/packages/core/src/replay.seeds.ts
new file mode 100644
index 0000000..0e0c2e8
--- /dev/null
+++ b/packages/core/src/replay.seeds.ts
@@ -0,0 +1,2 @@
+/** Seeds that failed once. */
+export const seeds = [8360926944486245];
`;
