/** Whether a request under `fence` may take effect, given the highest fence the runner has seen. */
export function decideFence(
  highest: number,
  fence: number,
): { readonly accepted: true; readonly highest: number } | { readonly accepted: false } {
  return fence < highest ? { accepted: false } : { accepted: true, highest: fence };
}
