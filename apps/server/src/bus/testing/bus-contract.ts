/** What every driver of the bus promises. */
import { expect, test } from "vitest";
import { type Bus, maxPayloadBytes } from "../bus.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (payload: Uint8Array) => new TextDecoder().decode(payload);

/** `join`: a member that hears the others, connected. The members are closed by whoever makes them. */
export function testBusContract(join: () => Promise<Bus>): void {
  test("what one says all others hear, in its order, and not itself", async () => {
    const [one, two, three] = [await join(), await join(), await join()];
    const heard = { one: [] as string[], two: [] as string[], three: [] as string[] };
    const all = Promise.withResolvers<void>();
    const hear = (name: keyof typeof heard) => (payload: Uint8Array) => {
      heard[name].push(text(payload));
      if (heard.two.length === 3 && heard.three.length === 3) all.resolve();
    };
    one.subscribe("a", hear("one"));
    two.subscribe("a", hear("two"));
    three.subscribe("a", hear("three"));
    await settled(two, three);
    for (const word of ["1", "2", "3"]) one.publish("a", () => bytes(word));
    await all.promise;
    expect(heard).toEqual({ one: [], two: ["1", "2", "3"], three: ["1", "2", "3"] });
  });

  test("whoever has left a subject hears no more of it", async () => {
    const [one, two] = [await join(), await join()];
    const heard: string[] = [];
    const last = Promise.withResolvers<void>();
    const leave = two.subscribe("a", (payload) => heard.push(text(payload)));
    two.subscribe("end", () => last.resolve());
    leave();
    await settled(two);
    one.publish("a", () => bytes("unheard"));
    one.publish("end", () => bytes(""));
    await last.promise;
    expect(heard).toEqual([]);
  });

  test("a request gets the reply of the one who answers there", async () => {
    const [one, two] = [await join(), await join()];
    two.answer("double", async (payload) => bytes(text(payload).repeat(2)));
    await settled(two);
    const reply = await one.request("double", bytes("ab"), 10_000);
    expect(reply.type === "reply" && text(reply.payload)).toBe("abab");
  });

  test("where nobody answers, the asker is told that nobody does", async () => {
    const [one] = [await join(), await join()];
    expect(await one.request("nobody", bytes(""), 10_000)).toEqual({ type: "nobody" });
  });

  test("a request that gets no reply in time has met silence", async () => {
    const [one, two] = [await join(), await join()];
    two.answer("deaf", () => new Promise(() => {}));
    await settled(two);
    expect(await one.request("deaf", bytes(""), 20)).toEqual({ type: "silence" });
  });

  test("a reply that is too long for a message is not given, and harms nobody", async () => {
    const [one, two] = [await join(), await join()];
    two.answer("garrulous", async () => new Uint8Array(4 * maxPayloadBytes));
    two.answer("double", async (payload) => bytes(text(payload).repeat(2)));
    await settled(two);
    expect(await one.request("garrulous", bytes(""), 20)).toEqual({ type: "silence" });
    expect(await one.request("double", bytes("ab"), 10_000)).toMatchObject({ type: "reply" });
  });
}

/** Resolves when what the members listen to is known to the others. */
async function settled(...members: readonly Bus[]): Promise<void> {
  // A server takes what one member sends in order, so a request that comes back has overtaken nothing.
  for (const member of members) await member.request("is.there.anybody", bytes(""), 10_000);
}
