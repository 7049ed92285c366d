import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

export interface OsUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root. A server that is root runs it as the first of these that exists. */
const candidates = ["postgres", "_postgres", "nobody"];

/** The user to switch to for Postgres; null: stay who we are, because we are not root. */
export async function choosePostgresUser(): Promise<OsUser | null> {
  if (process.getuid?.() !== 0) return null;
  for (const name of candidates) {
    const user = await lookUp(name);
    if (user !== null && user.uid > 0) return user;
  }
  throw new Error(
    `Postgres cannot run as root, and none of the users ${candidates.join(", ")} exists; create one, start Skein as another user, or set DATABASE_URL`,
  );
}

/** Through `id`, which also knows users from other sources than /etc/passwd. */
async function lookUp(name: string): Promise<OsUser | null> {
  try {
    const [uid, gid] = await Promise.all([execute("id", ["-u", name]), execute("id", ["-g", name])]);
    return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}
