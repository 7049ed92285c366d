/** What strangers try with each route. A route without a row fails the suite. */
import type { Ids } from "./ids.ts";

export interface HttpCall {
  readonly path: string;
  /** Absent: nothing is sent along. */
  readonly body?: object;
}

export interface RouteRow {
  /** What the route is about: nothing of anybody's; the caller's own session; or what the request names. */
  readonly about: "nobody" | "oneself" | "named";
  /** As for methods: the answers about the victim's things and about things that nobody has must be alike. */
  readonly calls: (ids: Ids) => readonly HttpCall[];
}

const about = (whom: RouteRow["about"], calls: RouteRow["calls"]): RouteRow => ({ about: whom, calls });
const nobody = (path: string) => about("nobody", () => [{ path }]);
const oneself = (path: string, body?: object) =>
  about("oneself", () => [body === undefined ? { path } : { path, body }]);

const account = { name: "Eve", email: "eve@elsewhere.example", password: "correct horse battery" };
const password = account.password;

export const routeRows: Readonly<Record<string, RouteRow>> = {
  "GET /": nobody("/"),
  "GET /ws": nobody("/ws"),
  "GET /healthz": nobody("/healthz"),
  "GET /readyz": nobody("/readyz"),
  "GET /metrics": nobody("/metrics"),

  "GET /api/session": oneself("/api/session"),
  "GET /api/account": oneself("/api/account"),
  "GET /api/account/sessions": oneself("/api/account/sessions"),
  "GET /api/account/tenants": oneself("/api/account/tenants"),
  "POST /api/account/tenants": oneself("/api/account/tenants", { name: "Another" }),
  "POST /api/account/password": oneself("/api/account/password", { current: "not it at all", next: "another horse" }),
  "POST /api/account/name": oneself("/api/account/name", { name: "Another" }),
  "POST /api/account/email": oneself("/api/account/email", { email: "a@elsewhere.example", current: "not it at all" }),
  "POST /api/account/delete": oneself("/api/account/delete", { current: "not it at all" }),
  "POST /api/account/sessions/end": about("named", ({ sessionId, tokenId }) => [
    { path: "/api/account/sessions/end", body: { id: sessionId } },
    { path: "/api/account/sessions/end", body: { id: tokenId } },
  ]),
  "POST /api/account/tenant": about("named", ({ tenantId }) => [{ path: "/api/account/tenant", body: { tenantId } }]),

  "GET /api/sign-in": nobody("/api/sign-in"),
  // Without accounts: the link that the console prints.
  "GET /sign-in": about("named", ({ invitationSecret, tokenId }) => [
    { path: `/sign-in?token=${invitationSecret}` },
    { path: `/sign-in?token=${tokenId}` },
  ]),
  "POST /api/sign-in": about("named", ({ userId }) => [
    { path: "/api/sign-in", body: { email: userId, password } },
    { path: "/api/sign-in", body: { email: "eve@elsewhere.example", password: "wrong, of course" } },
  ]),
  "POST /api/first-owner": about("named", ({ invitationId }) => [
    { path: "/api/first-owner", body: { token: invitationId, tenantName: "Mine", account } },
  ]),
  "POST /api/password-link": about("named", ({ tokenId }) => [
    { path: "/api/password-link", body: { token: tokenId, password } },
  ]),

  // An invitation's secret lets in whoever has it; its id does not.
  "POST /api/invitation": about("named", ({ invitationId }) => [
    { path: "/api/invitation", body: { token: invitationId } },
  ]),
  "POST /api/invitation/accept": about("named", ({ invitationId }) => [
    { path: "/api/invitation/accept", body: { token: invitationId } },
  ]),
  "POST /api/invitation/accept-as-new": about("named", ({ invitationId }) => [
    { path: "/api/invitation/accept-as-new", body: { token: invitationId, account } },
  ]),
  "POST /api/share": about("named", ({ shareLinkId, invitationSecret, threadId }) => [
    { path: "/api/share", body: { token: shareLinkId } },
    { path: "/api/share", body: { token: threadId } },
    { path: "/api/share", body: { token: invitationSecret } },
  ]),
  "POST /api/provider/start": oneself("/api/provider/start", { type: "signIn" }),
  "GET /api/provider/callback": about("named", ({ sessionId }) => [
    { path: `/api/provider/callback?code=${sessionId}&state=${sessionId}` },
  ]),

  "GET /threads/:threadId/items/:itemId/output": about("named", ({ threadId, itemId }) => [
    { path: `/threads/${threadId}/items/${itemId}/output` },
    { path: `/threads/${threadId.toUpperCase()}/items/${itemId}/output` },
    { path: `/threads/${threadId}/items/..%2f${itemId}/output` },
  ]),
  "GET /api/audit/export": about("named", ({ threadId, userId }) => [
    { path: `/api/audit/export?format=jsonl&threadId=${threadId}` },
    { path: `/api/audit/export?format=csv&actorId=${userId}` },
  ]),
  "POST /api/workspaces": about("named", ({ workspaceName, workspaceId }) => [
    { path: `/api/workspaces?name=${workspaceName}` },
    { path: `/api/workspaces?name=${workspaceId}&file=${workspaceName}` },
    { path: `/api/workspaces?name=..%2f${workspaceName}` },
  ]),
  "GET /threads/:threadId/export": about("named", ({ threadId }) => [
    { path: `/threads/${threadId}/export?format=markdown` },
    { path: `/threads/${threadId}/export?format=json&redacted=no` },
  ]),
  "POST /api/control/sign-in-link": about("named", ({ userId }) => [
    { path: "/api/control/sign-in-link", body: { email: userId } },
    { path: "/api/control/sign-in-link", body: {} },
  ]),
  "POST /api/sign-out": oneself("/api/sign-out"),
};
