/** Long threads and many threads, page by page, from both ends. */
import { describe, expect } from "vitest";
import { runTurn, startThread } from "../testing/conversation.ts";
import { runs, says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestClient } from "../testing/test-client.ts";

interface Page {
  readonly data: readonly { readonly id: string }[];
  readonly nextCursor: string | null;
  readonly backwardsCursor: string | null;
}

/** All pages until the last, following `nextCursor`. */
async function pagesOf(client: TestClient, method: string, params: object): Promise<readonly Page[]> {
  const pages: Page[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Page = await client.request(method, { ...params, cursor });
    pages.push(page);
    cursor = page.nextCursor;
  }
  return pages;
}

const idsOf = (pages: readonly Page[]) => pages.flatMap(({ data }) => data.map(({ id }) => id));

describe("a thread of sixty turns", () => {
  test("gives its turns and items in pages that join, in both directions", async ({ join }) => {
    const client = await join();
    const threadId = await startThread(client);
    const turnIds: string[] = [];
    for (let index = 0; index < 60; index++)
      turnIds.push((await runTurn(client, threadId, [says(`Answer ${index}.`)])).id);
    const newestFirst = turnIds.toReversed();

    const down = await pagesOf(client, "thread/turns/list", { threadId, limit: 7 });
    expect(idsOf(down)).toEqual(newestFirst);
    expect(down.map(({ data }) => data.length)).toEqual([...Array(8).fill(7), 4]);
    expect(idsOf(await pagesOf(client, "thread/turns/list", { threadId, limit: 7, sortDirection: "asc" }))).toEqual(
      turnIds,
    );

    // From the third page's own end back up to the newest: nothing is left out and nothing comes twice.
    const up = { threadId, limit: 100, sortDirection: "asc", cursor: down[2]?.backwardsCursor };
    expect(idsOf([await client.request("thread/turns/list", up)])).toEqual(newestFirst.slice(0, 15).toReversed());

    const byDefault = await client.request("thread/turns/list", { threadId });
    expect(byDefault.data).toHaveLength(25);
    expect(byDefault.data[0]).toMatchObject({ id: newestFirst[0], itemsView: "summary", status: "completed" });
    expect(byDefault.data[0].items.map(({ type }: { type: string }) => type)).toEqual(["userMessage", "agentMessage"]);
    for (const [limit, count] of [
      [0, 1],
      [1, 1],
      [100_000, 60],
    ] as const) {
      expect((await client.request("thread/turns/list", { threadId, limit })).data).toHaveLength(count);
    }
    const bare = await client.request("thread/turns/list", { threadId, limit: 1, itemsView: "notLoaded" });
    expect(bare.data[0]).toMatchObject({ items: [], itemsView: "notLoaded" });

    const items = (await pagesOf(client, "thread/items/list", { threadId, limit: 50 })).flatMap(
      ({ data }) => data,
    ) as unknown as {
      turnId: string;
      item: { type: string; text?: string };
    }[];
    expect(items.map(({ turnId }) => turnId)).toEqual(turnIds.flatMap((id) => [id, id]));
    expect(items.filter(({ item }) => item.type === "agentMessage").map(({ item }) => item.text)).toEqual(
      turnIds.map((_, index) => `Answer ${index}.`),
    );
    const backwards = await pagesOf(client, "thread/items/list", { threadId, limit: 11, sortDirection: "desc" });
    expect(backwards.flatMap(({ data }) => data)).toEqual(items.toReversed());
    const ofOne = await client.request("thread/items/list", { threadId, turnId: turnIds[30] });
    expect(ofOne.data).toEqual(items.slice(60, 62));

    // As the stock terminal client resumes.
    const resumed = await client.request("thread/resume", { threadId, excludeTurns: true });
    expect(resumed.thread.turns).toEqual([]);
    const last = { threadId, cursor: resumed.turnsBackwardsCursor, limit: 5, sortDirection: "desc" };
    expect(idsOf([await client.request("thread/turns/list", last)])).toEqual(newestFirst.slice(0, 5));
    const lastItems = { threadId, cursor: resumed.itemsBackwardsCursor, limit: 3, sortDirection: "desc" };
    expect((await client.request("thread/items/list", lastItems)).data).toEqual(items.toReversed().slice(0, 3));

    const read = await client.request("thread/read", { threadId, includeTurns: true });
    expect(read.thread.turns.map(({ id }: { id: string }) => id)).toEqual(turnIds);
  });
});

describe("the list of threads", () => {
  test("by creation, by change, both ways, in pages that join", async ({ join }) => {
    const client = await join();
    const made: string[] = [];
    for (let index = 0; index < 9; index++) made.push(await startThread(client));
    await runTurn(client, made[2] ?? "", [says("Touched.")]);
    const own = new Set(made);
    const listed = async (params: object) =>
      idsOf(await pagesOf(client, "thread/list", { limit: 4, ...params })).filter((id) => own.has(id));
    expect(await listed({})).toEqual(made.toReversed());
    expect(await listed({ sortDirection: "asc" })).toEqual(made);
    for (const sortKey of ["updated_at", "recency_at"]) {
      expect((await listed({ sortKey }))[0]).toBe(made[2]);
      expect((await listed({ sortKey, sortDirection: "asc" })).at(-1)).toBe(made[2]);
    }
    const first = await client.request("thread/list", { limit: 4 });
    const second = await client.request("thread/list", { limit: 4, cursor: first.nextCursor });
    const back = { limit: 4, sortDirection: "asc", cursor: second.backwardsCursor };
    const [itself, ...before] = idsOf([await client.request("thread/list", back)]);
    expect(itself).toBe(second.data[0].id);
    expect(before).toEqual(idsOf([first]).toReversed().slice(0, 3));
    for (const [limit, count] of [
      [0, 1],
      [1, 1],
    ] as const) {
      expect((await client.request("thread/list", { limit })).data).toHaveLength(count);
    }
  });

  test("archived threads are in their own list, names and words are found", async ({ join }) => {
    const client = await join();
    const [named, spoken, other] = [await startThread(client), await startThread(client), await startThread(client)];
    await client.request("thread/name/set", { threadId: named, name: "The Walrus" });
    await runTurn(client, spoken, [runs("echo walrus-in-output"), says("And the walrus said.")]);
    await runTurn(client, other, [says("Nothing.")]);
    expect(idsOf([await client.request("thread/list", { searchTerm: "wALRUS" })])).toEqual(
      expect.arrayContaining([named]),
    );
    const found = await client.request("thread/search", { searchTerm: "walrus said" });
    expect(found.data).toMatchObject([{ thread: { id: spoken }, snippet: expect.stringContaining("walrus said") }]);
    await client.request("thread/archive", { threadId: spoken });
    expect(idsOf([await client.request("thread/list", { archived: true })])).toEqual([spoken]);
    expect(idsOf([await client.request("thread/list", {})])).not.toContain(spoken);
    expect((await client.request("thread/search", { searchTerm: "walrus said" })).data).toEqual([]);
    await client.request("thread/unarchive", { threadId: spoken });
    expect(idsOf([await client.request("thread/list", {})])).toContain(spoken);
    expect(idsOf([await client.request("thread/list", { archived: true })])).toEqual([]);
  });
});
