/** Everybody who must learn nothing: people of another tenant in each role, and people of the same one without rights. */
import { startThread } from "../../testing/conversation.ts";
import type { TestClient } from "../../testing/test-client.ts";
import { addPerson, addTenant, addToken, connectAs } from "./people.ts";
import { markers, type Victim } from "./victim.ts";

/** From whom a thing is hidden: from whoever is outside of its tenant; or from everybody inside too who was not given it. */
export type HiddenFrom = "outsiders" | "everybody";

export interface Stranger {
  readonly who: string;
  readonly client: TestClient;
  /** A thread that they may read; null: they can have none. */
  readonly ownThreadId: string | null;
  readonly isInside: boolean;
}

export async function outsiders(victim: Victim): Promise<readonly Stranger[]> {
  const { server } = victim;
  const tenantId = await addTenant(server);
  const [owner, member, viewer] = [
    await addPerson(server, tenantId, "owner"),
    await addPerson(server, tenantId, "member"),
    await addPerson(server, tenantId, "viewer"),
  ];
  const open = async (who: string, secret: string, mayBegin: boolean, replay: boolean): Promise<Stranger> => {
    const client = await connectAs(server, secret, { replay, presence: true });
    return { who, client, ownThreadId: mayBegin ? await startThread(client) : null, isInside: false };
  };
  return [
    await open("another team's owner", owner.secret, true, true),
    await open("another team's member", member.secret, true, false),
    await open("another team's viewer", viewer.secret, false, true),
    await open("another team's token that only reads", await addToken(server, owner, ["read"]), false, false),
  ];
}

export async function insiders({ server, insiders: people }: Victim): Promise<readonly Stranger[]> {
  const opened = people.map(async ({ who, person }, index) => {
    const client = await connectAs(server, person.secret, { replay: index % 2 === 0, presence: true });
    return { who, client, ownThreadId: null, isInside: true };
  });
  return Promise.all(opened);
}

/** What of the victim's has come to a stranger; empty: nothing. */
export function findLeaks(strangers: readonly Stranger[]): readonly string[] {
  return strangers.flatMap(({ who, client, isInside }) =>
    client.frames
      .map((frame) => JSON.stringify(frame))
      .filter((text) => text.includes(markers.threads) || (!isInside && text.includes(markers.tenant)))
      .map((text) => `${who} got ${text.slice(0, 300)}`),
  );
}

export function leave(strangers: readonly Stranger[]): void {
  for (const { client } of strangers) client.socket.terminate();
}
