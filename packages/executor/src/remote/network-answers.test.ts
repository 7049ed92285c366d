/** The two ends of what a runner asks its node about connections, without the link between them. */
import type { NetworkGate, NetworkRequest, NetworkVerdict } from "@skein/core/ports";
import { expect, test } from "vitest";
import { NetworkQuestions } from "../serve/network-questions.ts";
import { NetworkAnswers } from "./network-answers.ts";

const request: NetworkRequest = { host: "a.example", port: 443, protocol: "https" };
const signal = new AbortController().signal;

function join(gate: NetworkGate | null) {
  const questions: NetworkQuestions = new NetworkQuestions((report) => answers.hear(report));
  const answers = new NetworkAnswers((ask, verdict) => questions.answer(ask, verdict));
  if (gate !== null) answers.admit(1, gate);
  return { questions, answers, far: questions.gateOf(1) };
}

function scripted(holds: () => Promise<boolean>) {
  const decided: NetworkRequest[] = [];
  const decide = async (asked: NetworkRequest): Promise<NetworkVerdict> => {
    decided.push(asked);
    return { type: "allow" };
  };
  return { gate: { decide, holds, refused: () => {} }, decided };
}

test("a connection that is open is looked at and not decided about anew", async () => {
  let holds = true;
  const { gate, decided } = scripted(async () => holds);
  const { far } = join(gate);
  expect(await far.decide(request, signal)).toEqual({ type: "allow" });
  expect(await far.holds(request, signal)).toBe(true);
  holds = false;
  expect(await far.holds(request, signal)).toBe(false);
  expect(decided).toEqual([request]);
});

test("what is open stays while the node cannot say, and ends where nobody knows its command or the session is over", async () => {
  const unsure = join(scripted(() => Promise.reject(new Error("the database is away"))).gate);
  expect(await unsure.far.holds(request, signal)).toBe(true);
  expect(await join(null).far.holds(request, signal)).toBe(false);
  const silent = join(scripted(() => new Promise(() => {})).gate);
  const held = silent.far.holds(request, signal);
  silent.questions.end();
  expect(await held).toBe(false);
});
