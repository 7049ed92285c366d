/** An archive on its way to the server, which makes a workspace of it. Resolves when all of it has come; rejects in words. */
export async function uploadWorkspace(name: string, file: File): Promise<string> {
  const query = new URLSearchParams({ name, file: file.name });
  const headers = { accept: "application/json", "content-type": "application/octet-stream" };
  const response = await fetch(`/api/workspaces?${query}`, { method: "POST", headers, body: file }).catch(() => null);
  if (response === null) throw new Error("The connection broke off. Try again.");
  const body = (await response.json().catch(() => null)) as { workspaceId?: string; error?: string } | null;
  if (body?.workspaceId !== undefined) return body.workspaceId;
  throw new Error(body?.error ?? `The server answered ${response.status}.`);
}
