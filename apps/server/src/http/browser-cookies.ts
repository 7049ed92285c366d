/** The two cookies of a browser: its session, and the token by which it is known as one in which a person has signed in. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { sessionSeconds } from "../identity/new-session.ts";
import type { PublicAddress } from "./allowed-origin.ts";

/** As long as browsers keep one; the database forgets after the same time. */
const deviceSeconds = 400 * 24 * 60 * 60;
const isSecret = /^[\w-]{43}$/;

export function setSessionCookie(reply: FastifyReply, { cookieName, secure }: PublicAddress, token: string): void {
  reply.setCookie(cookieName, token, { httpOnly: true, sameSite: "lax", secure, path: "/", maxAge: sessionSeconds });
}

export function clearSessionCookie(reply: FastifyReply, { cookieName, secure }: PublicAddress): void {
  reply.clearCookie(cookieName, { path: "/", secure });
}

export function setDeviceCookie(reply: FastifyReply, address: PublicAddress, token: string): void {
  const { secure } = address;
  reply.setCookie(deviceCookieName(address), token, {
    ...{ httpOnly: true, sameSite: "lax", secure, path: "/", maxAge: deviceSeconds },
  });
}

/** null: none, or none of ours. */
export function deviceTokenOf(request: FastifyRequest, address: PublicAddress): string | null {
  const value = request.cookies[deviceCookieName(address)] ?? "";
  return isSecret.test(value) ? value : null;
}

/** Empty: the browser has none. */
export function sessionTokenOf(request: FastifyRequest, { cookieName }: PublicAddress): string {
  return request.cookies[cookieName] ?? "";
}

function deviceCookieName({ cookieName }: PublicAddress): string {
  return `${cookieName}-device`;
}
