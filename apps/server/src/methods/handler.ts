/** What a handler is: it authorises, calls a service and shapes the answer. The registry types its params and result. */
import type { MethodName, ParamsOf, ResultOf } from "@skein/protocol/methods";
import type { Right } from "@skein/protocol/right";
import type { Principal } from "../identity/principal.ts";
import type { ClientConnection } from "./client-connection.ts";

export interface MethodCall {
  readonly connection: ClientConnection;
  readonly principal: Principal;
  /** The principal's, on the thread that the request names. */
  readonly rights: ReadonlySet<Right>;
  /** Runs when the answer has been sent, in the order of the calls; what a method causes is announced after its answer. */
  afterwards(effect: () => void | Promise<void>): void;
}

export type Handler<M extends MethodName> = (
  params: ParamsOf<M>,
  call: MethodCall,
) => ResultOf<M> | Promise<ResultOf<M>>;

/** The handlers of some methods; the whole server has one for each. */
export type Handlers<M extends MethodName = MethodName> = { readonly [Name in M]: Handler<Name> };
