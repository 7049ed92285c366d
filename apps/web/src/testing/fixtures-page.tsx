import { App } from "../app.tsx";
import { SignInScreen } from "../features/sign-in/sign-in-screen.tsx";
import { OpenedLink } from "../features/viewer-page/viewer-screen.tsx";
import type { Person } from "../session/person.ts";
import { fakeSession } from "./fake-session.ts";
import { scenes } from "./scenes.ts";
import { linkScenes } from "./share-scenes.ts";

const somebody: Person = { name: "Local user", role: "owner", tenantId: "t", userId: "u", accounts: false };

/** Of scenes that show another screen than a thread. */
const addresses: Readonly<Record<string, string>> = {
  new: "/",
  settings: "/settings",
  activity: "/settings/activity",
  "copy-failed": "/copy-shared#fixture",
  network: "/settings/network",
  usage: "/settings/usage",
  workspaces: "/workspaces",
};

/** `/fixtures` lists the scenes, `/fixtures/approval` shows one. In development only. */
export function FixturesPage() {
  const name = location.pathname.split("/")[2] ?? "";
  if (name === "sign-in") return <SignInScreen />;
  const link = linkScenes[name];
  if (link !== undefined) return <OpenedLink session={fakeSession(link.session)} info={link.info} token="fixture" />;
  const scene = scenes[name];
  if (scene === undefined) {
    return (
      <ul>
        {["sign-in", ...Object.keys(scenes), ...Object.keys(linkScenes)].map((scene) => (
          <li key={scene}>
            <a href={`/fixtures/${scene}`}>{scene}</a>
          </li>
        ))}
      </ul>
    );
  }
  const session = fakeSession(scene);
  const address = addresses[name] ?? `/t/${scene.threads[0]!.id}`;
  history.replaceState(null, "", address);
  const person: Person = { ...somebody, ...scene.person };
  return <App session={session} person={person} />;
}
