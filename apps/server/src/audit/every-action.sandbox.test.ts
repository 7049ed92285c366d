/** Every action of the catalogue is told when it is done, and is not done where it cannot be told. */
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rowsOf } from "../borders/testing/rows-of-tenant.ts";
import { type AuditAction, auditActions } from "./catalogue.ts";
import { actionRows } from "./testing/action-rows.ts";
import { AuditScene } from "./testing/scene.ts";

let scene: AuditScene;

beforeAll(async () => {
  scene = await AuditScene.open();
});
afterAll(() => scene.close());

interface Line {
  readonly id: string;
  readonly actor_type: string;
  readonly actor_id: string | null;
  readonly credential_id: string | null;
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly details: unknown;
}

function linesOf(action: AuditAction): Promise<readonly Line[]> {
  return scene.server.database.administer(
    (sql) => sql<Line[]>`
      select id, actor_type, actor_id, credential_id, address, user_agent, details from audit_lines
      where action = ${action} order by at`,
  );
}

const actions = Object.keys(auditActions) as AuditAction[];
const needsSandbox = (action: AuditAction) =>
  action.startsWith("egress.") || action === "approval.answered" || action === "backgroundCommand.ended";

describe.each(actions.filter((action) => hasBubblewrap || !needsSandbox(action)))("%s", (action) => {
  const { prepare, act, by, hasAddress, writtenWith } = actionRows[action];

  test("is told with who did it and from where", async () => {
    const prepared = await prepare?.(scene);
    const before = new Set((await linesOf(action)).map(({ id }) => id));
    const doer = (await act(scene, prepared)) ?? scene.owner;
    const added = async () => (await linesOf(action)).filter(({ id }) => !before.has(id));
    await expect.poll(added).not.toEqual([]);
    const [line] = await added();
    expect(line?.actor_type).toBe(by);
    expect(line?.address).toBe(hasAddress ? doer.address : null);
    expect(line?.user_agent).toBe(hasAddress ? "a browser" : null);
    if (by === "user") expect(line?.actor_id).toEqual(expect.any(String));
    if (by === "user" && hasAddress) expect(line?.credential_id).toEqual(expect.any(String));
    expect(auditActions[action].safeParse(line?.details).success).toBe(true);
  });

  test.runIf(writtenWith === "transaction")("is not done where it cannot be told", async () => {
    const prepared = await prepare?.(scene);
    const undo = await refuseLines(action);
    try {
      const before = await everything();
      await act(scene, prepared).catch(() => {});
      expect(await everything()).toEqual(before);
    } finally {
      await undo();
    }
    // It was the line that stood in the way.
    const again = await prepare?.(scene);
    const count = (await linesOf(action)).length;
    await act(scene, again);
    expect((await linesOf(action)).length).toBeGreaterThan(count);
  });
});

async function everything() {
  const { server, tenantId } = scene;
  const rows = await rowsOf(server, { tenantId });
  const tenants = await server.database.administer((sql) => sql`select count(*)::int as count from tenants`);
  // Who was about to delete a thread has let go of it.
  const threads = rows.threads?.map((row) => row.replace(/\["owner_node","[^"]*"\]/, '["owner_node",null]'));
  return { rows: { ...rows, threads }, tenants };
}

/** The database takes no line of the action until the function is called that this gives. */
async function refuseLines(action: AuditAction): Promise<() => Promise<unknown>> {
  const { administer } = scene.server.database;
  await administer(async (sql) => {
    await sql`create or replace function refuse_line() returns trigger language plpgsql as
      $$ begin raise exception 'no line of it today'; end $$`;
    await sql.unsafe(`create trigger refuse_line before insert on audit_lines
      for each row when (new.action = '${action}') execute function refuse_line()`);
  });
  return () => administer((sql) => sql`drop trigger refuse_line on audit_lines`);
}
