/** What the server sends, as tests look at it. */

export interface Notification {
  readonly method: string;
  // Tests reach into params of every kind; the official schema has judged them before.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly params: any;
}

export interface ServerRequest extends Notification {
  readonly id: string | number;
}

export interface Failure {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

export interface Answer {
  readonly id: string | number | null;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly result?: any;
  readonly error?: Failure;
}

export type ServerFrame = Notification | ServerRequest | Answer;

export function isNotification(frame: ServerFrame, method?: string): frame is Notification {
  return "method" in frame && !("id" in frame) && (method === undefined || frame.method === method);
}

export function isServerRequest(frame: ServerFrame, method?: string): frame is ServerRequest {
  return "method" in frame && "id" in frame && (method === undefined || frame.method === method);
}

export function isAnswer(frame: ServerFrame): frame is Answer {
  return !("method" in frame);
}
