import { expect, it } from "vitest";
import { checkDirectory, choosePlace, placeProblem } from "./choose-place.ts";

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

it("takes up no place that was deleted, and none that is not there yet", () => {
  expect(choosePlace(workspaces, "/workspaces/gone")).toEqual({ type: "workspace", workspace: workspaces[1] });
  const making = { ...workspace("new", 3), state: { type: "making" as const, progress: null } };
  expect(choosePlace([...workspaces, making], null)).toEqual({ type: "workspace", workspace: workspaces[1] });
});

it("offers the newest workspace at first, and the default one where there is none", () => {
  expect(choosePlace(workspaces, null)).toEqual({ type: "workspace", workspace: workspaces[1] });
  expect(choosePlace([], null)).toEqual({ type: "default" });
});

it("says that a workspace's runner is away, by what was heard of it last", () => {
  const [chosen, other] = workspaces.map((known) => ({ ...known, runner: { name: "build", absence: null } }));
  if (chosen === undefined || other === undefined) throw new Error("two workspaces are needed");
  const place = { type: "workspace", workspace: chosen } as const;
  const away = { ...chosen, runner: { name: "build", absence: "it was lost" } };
  expect(placeProblem(place, [chosen, other])).toBeNull();
  expect(placeProblem(place, [away, other])).toBe("Its runner build is away.");
  expect(placeProblem({ ...place, workspace: away }, [chosen])).toBeNull();
  expect(placeProblem({ type: "default" }, [away])).toBeNull();
});

it("takes a server that says nothing of runners at its word", () => {
  expect(placeProblem(choosePlace(workspaces, null), workspaces)).toBeNull();
});

it("checks a typed directory before the server is asked", () => {
  expect(checkDirectory(" ")).toBe("Type the directory's path.");
  expect(checkDirectory("src")).toBe("The path must begin with a slash.");
  expect(checkDirectory("/srv")).toBeNull();
});
