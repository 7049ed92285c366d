/** The extensions that a client may ask for in `initialize` and a server may grant. This file has no dependency, for the browser's sake. */

export const replayExtension = "skein/replay";

export const extensionNames = [replayExtension] as const;
export type ExtensionName = (typeof extensionNames)[number];

/** What was granted: name to options, `{}` where an extension has none. The same shape asks. */
export type Extensions = Partial<Record<ExtensionName, Record<string, never>>>;
