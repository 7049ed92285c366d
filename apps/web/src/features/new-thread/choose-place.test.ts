import { expect, it } from "vitest";
import { checkDirectory, choosePlace } from "./choose-place.ts";

const workspace = (name: string, createdAt: number) => ({
  id: name,
  name,
  root: `/workspaces/${name}`,
  origin: "created" as const,
  createdAt,
});
const workspaces = [workspace("api", 1), workspace("web", 2)];

it("takes up the place used last", () => {
  expect(choosePlace(workspaces, "/workspaces/api")).toEqual({ type: "workspace", workspace: workspaces[0] });
  expect(choosePlace(workspaces, "/srv/code")).toEqual({ type: "directory", path: "/srv/code" });
});

it("offers the newest workspace at first, and the default one where there is none", () => {
  expect(choosePlace(workspaces, null)).toEqual({ type: "workspace", workspace: workspaces[1] });
  expect(choosePlace([], null)).toEqual({ type: "default" });
});

it("checks a typed directory before the server is asked", () => {
  expect(checkDirectory(" ")).toBe("Type the directory's path.");
  expect(checkDirectory("src")).toBe("The path must begin with a slash.");
  expect(checkDirectory("/srv")).toBeNull();
});
