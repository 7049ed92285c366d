import { connect, type Socket } from "node:net";

/**
 * Connects to one of the addresses and to no other, in their order, the next when one does not answer for a moment. Rejects when
 * none does, or with the signal's reason.
 */
export function connectTo(
  addresses: readonly string[],
  port: number,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const answers = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  const socket = connect({
    // The name is never asked for again: this lookup is all there is.
    host: "pinned.invalid",
    port,
    autoSelectFamily: answers.length > 1,
    lookup: (_name, { all }, callback) => {
      const [first] = answers;
      if (all === true) callback(null, answers);
      else callback(null, first?.address ?? "", first?.family);
    },
  });
  const fail = (reason: Error) => {
    socket.destroy();
    reject(reason);
  };
  const timer = setTimeout(() => fail(new Error(`no connection within ${options.timeoutMs} ms`)), options.timeoutMs);
  const abort = () => fail(options.signal?.reason as Error);
  const settle = () => {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", abort);
  };
  options.signal?.addEventListener("abort", abort, { once: true });
  socket.once("error", fail);
  // Until whoever asked listens for itself.
  socket.on("error", () => {});
  socket.once("connect", () => {
    socket.off("error", fail);
    resolve(socket);
  });
  if (options.signal?.aborted) abort();
  return promise.finally(settle);
}
