import { type Environment, OwnershipLost } from "@skein/core/ports";
import { expect, test } from "vitest";
import { guardEnvironment } from "./guard-environment.ts";

const policy = { type: "readOnly", network: false } as never;

function guarded() {
  const done: string[] = [];
  let isOwner = true;
  const note = (what: string) => async () => void done.push(what);
  const running = { processId: "p", output: [], exit: Promise.resolve(), write: note("write"), kill: note("kill") };
  const environment = {
    start: async () => running,
    writeFile: note("writeFile"),
    removeFile: note("removeFile"),
    readFile: async () => null,
  } as unknown as Environment;
  const lose = () => {
    isOwner = false;
  };
  return { environment: guardEnvironment(environment, () => isOwner), done, lose };
}

test("an owner may do everything", async () => {
  const { environment, done } = guarded();
  const process = await environment.start({} as never);
  await process.write(new Uint8Array());
  await environment.writeFile("/a", new Uint8Array(), policy);
  await environment.removeFile("/a", policy);
  expect(done).toEqual(["write", "writeFile", "removeFile"]);
});

test("whoever has lost the thread may look and end things, and change nothing", async () => {
  const { environment, done, lose } = guarded();
  const process = await environment.start({} as never);
  lose();
  await expect(environment.start({} as never)).rejects.toThrow(OwnershipLost);
  await expect(process.write(new Uint8Array())).rejects.toThrow(OwnershipLost);
  await expect(environment.writeFile("/a", new Uint8Array(), policy)).rejects.toThrow(OwnershipLost);
  await expect(environment.removeFile("/a", policy)).rejects.toThrow(OwnershipLost);
  expect(await environment.readFile("/a", 1)).toBeNull();
  await process.kill();
  expect(done).toEqual(["kill"]);
});
