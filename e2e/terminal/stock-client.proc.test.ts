/** The stock terminal client, unchanged, against a server with the demo model: what a person sees on the screen. */
import { describe, expect } from "vitest";
import type { RecordedFrame } from "./recording-proxy.ts";
import type { Terminal } from "./terminal.ts";
import { test } from "./terminal-test.ts";

const timeout = 180_000;
/** It takes a prompt, which it does during a turn too. */
const ready = /^› Ask Codex to do anything/m;
/** The last turn has come to its end. */
const idle = /Worked for [^\n]+\n+› Ask Codex to do anything/;

async function send(terminal: Terminal, prompt: string): Promise<void> {
  await terminal.shows(ready);
  await terminal.paste(prompt);
  await terminal.showsNoMore(ready);
  await terminal.press("Enter");
}

/** The screen when the turn has ended. */
async function ask(terminal: Terminal, prompt: string, answer: RegExp): Promise<string> {
  await send(terminal, prompt);
  await terminal.shows(answer);
  return await terminal.shows(idle);
}

async function quit(terminal: Terminal): Promise<void> {
  await send(terminal, "/quit");
  expect(await terminal.ended()).toBe(0);
}

/** Of the thread that the client started for the person, not for a title. */
function startedThread(frames: readonly RecordedFrame[]): string {
  const started = frames.find(({ message }) => message.method === "thread/started" && !message.params.thread.ephemeral);
  return started?.message.params.thread.id;
}

/** Methods that were refused, with the reason. */
function refusals(frames: readonly RecordedFrame[]): readonly string[] {
  return frames.flatMap(({ message }) => ("error" in message ? [JSON.stringify(message)] : []));
}

describe("a session", () => {
  test("prompt, answer, approval, and the whole of it again after quitting", { timeout }, async ({ open, proxy }) => {
    const first = await open();
    await ask(first, "hello there", /built-in demo model/);
    await send(first, "escalate");
    await first.shows(/Would you like to run the following command\?/);
    await first.press("y");
    await first.shows(/The machine says:/);
    await first.shows(idle);
    await proxy.answered();
    expect(refusals(proxy.frames)).toEqual([]);
    await quit(first);

    const second = await open("resume", startedThread(proxy.frames));
    const history = await second.shows(/The machine says:[\s\S]*› Ask Codex/);
    expect(history).toMatch(/› escalate\n[\s\S]*• For this one I need your approval/);
    expect(history).toMatch(/• Ran uname -sr/);
    await ask(second, "hello again", /› hello again\n[\s\S]*built-in demo model/);
    expect(refusals(proxy.frames)).toEqual([]);
  });

  test("the picker offers it, by the title that the client gave it", { timeout }, async ({ open }) => {
    const first = await open();
    await ask(first, "reason about pickers", /yes, and no/);
    await first.shows(/· reason about pickers/i);
    await quit(first);
    const picker = await open("resume");
    await picker.shows(/(now|ago) +reason about pickers/i);
    await picker.press("Enter");
    await picker.shows(/› reason about pickers\n[\s\S]*yes, and no/);
  });

  test("a second client on the same thread sees what the first one asks, and may approve it", { timeout }, async ({
    open,
    proxy,
  }) => {
    const first = await open();
    await ask(first, "hello there", /built-in demo model/);
    const second = await open("resume", startedThread(proxy.frames));
    await second.shows(/built-in demo model/);
    await send(first, "escalate");
    await first.shows(/Would you like to run/);
    await second.shows(/Would you like to run/);
    await second.press("y");
    await Promise.all([first.shows(/The machine says:/), second.shows(/The machine says:/)]);
    await first.showsNoMore(/Would you like to run/);
  });
});

describe("a turn that does not go straight on", () => {
  test("declined: the command does not run, the turn goes on", { timeout }, async ({ open }) => {
    const terminal = await open();
    await send(terminal, "escalate");
    await terminal.shows(/Would you like to run/);
    await terminal.press("d");
    await terminal.shows(/You did not approve/);
    await terminal.shows(/the command was not run/);
  });

  test("interrupted: it stops, and the next prompt is answered", { timeout }, async ({ open }) => {
    const terminal = await open();
    await send(terminal, "count to 2000");
    await terminal.shows(/• 1 2 3/);
    await terminal.press("Escape");
    await terminal.shows(/Conversation interrupted/);
    await ask(terminal, "hello there", /built-in demo model/);
  });

  test("steered: the turn changes its course", { timeout }, async ({ open, proxy }) => {
    const terminal = await open();
    await send(terminal, "count to 2000");
    await terminal.shows(/• 1 2 3/);
    await send(terminal, "reason about it");
    await terminal.shows(/Changing course: “reason about it”/);
    await terminal.shows(/yes, and no/);
    expect(proxy.frames.some(({ message }) => message.method === "turn/steer")).toBe(true);
    expect(refusals(proxy.frames)).toEqual([]);
  });
});

describe("questions", () => {
  test("are shown, answered, and told to the model", { timeout }, async ({ open, proxy }) => {
    const terminal = await open();
    await send(terminal, "ask me something");
    await terminal.shows(/What shall the next cup hold\?/);
    await terminal.press("2");
    await terminal.shows(/What shall stand on it\?/);
    await terminal.paste("Ada");
    await terminal.press("Enter");
    await terminal.shows(/I have noted:[\s\S]*Drink: Tea[\s\S]*Name: .*Ada/);
    await terminal.shows(idle);
    expect(refusals(proxy.frames)).toEqual([]);
  });
});

describe("the server restarts", () => {
  test("between turns: the client comes back by itself and goes on", { timeout }, async ({ open, server }) => {
    const terminal = await open();
    await ask(terminal, "hello there", /built-in demo model/);
    await server.stop();
    await terminal.shows(/Reconnecting to server/);
    await server.start();
    await terminal.showsNoMore(/Reconnecting to server/);
    await ask(terminal, "reason about restarts", /› reason about restarts\n[\s\S]*yes, and no/);
  });

  test("during a turn: what was said stays, and the next prompt is answered", { timeout }, async ({ open, server }) => {
    const terminal = await open();
    await send(terminal, "count to 2000");
    await terminal.shows(/• 1 2 3/);
    await server.kill();
    await terminal.shows(/Reconnecting to server/);
    await server.start();
    await terminal.showsNoMore(/Reconnecting to server/);
    await terminal.shows(/› count to 2000\n[\s\S]*• 1 2 3/);
    await ask(terminal, "reason about restarts", /› reason about restarts\n[\s\S]*yes, and no/);
  });
});

test("the network goes while an approval waits: it is asked again and can be given", { timeout }, async ({
  open,
  proxy,
}) => {
  const terminal = await open();
  await send(terminal, "escalate");
  await terminal.shows(/Would you like to run/);
  const asked = () => proxy.frames.filter(({ message }) => /requestApproval$/.test(message.method ?? ""));
  expect(asked()).toHaveLength(1);
  proxy.cut();
  await expect.poll(asked, { timeout: 30_000 }).toHaveLength(2);
  expect(new Set(asked().map(({ message }) => message.id)).size).toBe(1);
  await terminal.shows(/Would you like to run/);
  await terminal.press("y");
  await terminal.shows(/The machine says:/);
});

describe("commands of the client's own", () => {
  test("a person's command runs in the workspace", { timeout }, async ({ open }) => {
    const terminal = await open();
    await terminal.shows(ready);
    await terminal.press("!");
    await terminal.shows(/Shell mode/);
    await terminal.paste("echo $((40 + 2)) apples");
    await terminal.shows(/^! echo \$/m);
    await terminal.press("Enter");
    await terminal.shows(/• You ran echo[\s\S]*42 apples/);
  });

  test("permissions change for the thread", { timeout }, async ({ open, proxy }) => {
    const terminal = await open();
    await send(terminal, "/permissions");
    await terminal.shows(/1\. Ask for approval/);
    await terminal.press("1");
    await terminal.shows(/Permission selection requested: Ask for approval/);
    await ask(terminal, "create a file notes.md saying hello", /notes\.md is changed/);
    expect(proxy.frames.some(({ message }) => message.method === "thread/settings/update")).toBe(true);
    expect(refusals(proxy.frames)).toEqual([]);
  });

  test.for([
    ["/compact", /not supported: compacting/],
    ["/review the latest change", /not supported: reviews/],
  ] as const)(
    "%s says that it is not supported, and the client goes on",
    { timeout },
    async ([command, refusal], { open }) => {
      const terminal = await open();
      await ask(terminal, "hello there", /built-in demo model/);
      await send(terminal, command);
      await terminal.shows(refusal);
      await ask(terminal, "reason about it", /yes, and no/);
    },
  );

  test("/status names the server's model and workspace", { timeout }, async ({ open }) => {
    const terminal = await open();
    await send(terminal, "/status");
    const screen = await terminal.shows(/Model provider:/);
    expect(screen).toMatch(/Model: +Demo model/);
    expect(screen).toMatch(/Directory: +\/workspaces\/main/);
    // The client warns of a server older than itself.
    expect(screen).not.toMatch(/warning/);
  });
});
