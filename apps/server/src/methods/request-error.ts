/** How a handler refuses: it throws an entry of the protocol's catalogue, and the client gets exactly that. */
import type { ProtocolError } from "@skein/protocol/errors";

export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly protocolError: ProtocolError;

  constructor(protocolError: ProtocolError) {
    super(protocolError.message);
    this.protocolError = protocolError;
  }
}

/** For use in expressions: `row ?? refuse(errors.threadNotFound(id))`. */
export function refuse(protocolError: ProtocolError): never {
  throw new RequestError(protocolError);
}
