import { useState } from "react";
import { postAccountApi, type Reply } from "../../session/account-api.ts";
import { goToProvider, type ProviderPurpose } from "../../session/sign-in.ts";
import { presentFailure, presentProblem } from "./present-problem.ts";

/** Sends a form; whoever gets in starts the page anew, as the one they are then. */
export function useEntry(first: string | null = null) {
  const [problem, setProblem] = useState(first);
  const [busy, setBusy] = useState(false);
  const attempt = async (work: () => Promise<string | null>) => {
    setBusy(true);
    setProblem(null);
    const failed = await work();
    if (failed === null) return;
    setProblem(failed);
    setBusy(false);
  };
  return {
    problem,
    busy,
    /** Posts one after the other, until one is refused. */
    enter: (...posts: readonly (readonly [path: string, body: object])[]) =>
      attempt(async () => {
        for (const [path, body] of posts) {
          const reply: Reply<unknown> = await postAccountApi(path, body);
          if (!reply.ok) return presentFailure(reply.failure);
        }
        location.replace("/");
        return null;
      }),
    enterByProvider: (purpose: ProviderPurpose) =>
      attempt(async () => {
        const error = await goToProvider(purpose);
        return error === null ? null : presentProblem(error);
      }),
  };
}
