/** The extensions that a client may ask for in `initialize` and a server may grant. This file has no dependency, for the browser's sake. */

export const replayExtension = "skein/replay";
/** Who follows a thread besides, and who is writing. */
export const presenceExtension = "skein/presence";

export const extensionNames = [replayExtension, presenceExtension] as const;
export type ExtensionName = (typeof extensionNames)[number];

/** What was granted: name to options, `{}` where an extension has none. The same shape asks. */
export type Extensions = Partial<Record<ExtensionName, Record<string, never>>>;
