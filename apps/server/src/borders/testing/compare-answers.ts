/** What a stranger is answered about things of the victim's, beside what they are answered about things that nobody has. */
import type { Answer } from "../../testing/frame.ts";
import type { TestClient } from "../../testing/test-client.ts";
import { type Ids, nameIds } from "./ids.ts";

export interface Ask {
  readonly method: string;
  readonly params: unknown;
}

/**
 * Asks for the one and for the other and gives both answers, with the ids named. What is granted tells of the stranger's own things,
 * whose ids, times and secrets are new each time; a refusal stays as it is.
 */
export async function compareAnswers(
  client: TestClient,
  { stolen, invented }: { readonly stolen: Ids; readonly invented: Ids },
  askAbout: (ids: Ids) => Ask,
): Promise<readonly [string, string] | null> {
  const [about, aboutNothing] = [askAbout(stolen), askAbout(invented)];
  const answer = await client.ask(about.method, about.params);
  // It names nothing that anybody has.
  if (JSON.stringify(about) === JSON.stringify(aboutNothing)) return null;
  const unknown = await client.ask(aboutNothing.method, aboutNothing.params);
  return [comparable(answer, stolen), comparable(unknown, invented)];
}

function comparable(answer: Answer, ids: Ids): string {
  const text = nameIds(JSON.stringify({ ...answer, id: 0 }), ids);
  return answer.error === undefined ? withoutNews(text) : text;
}

function withoutNews(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "(id)")
    .replaceAll(/[\w-]{40,}/g, "(secret)")
    .replaceAll(/\d{10,}/g, "(time)");
}
