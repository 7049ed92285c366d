/** By which the server knows this app. */
export const clientName = "skein_web";
