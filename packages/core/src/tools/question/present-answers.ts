/** As the model reads them. */
export function presentAnswers(answers: Readonly<Record<string, readonly string[]>>): string {
  const given = Object.entries(answers).map(([id, texts]) => [id, { answers: texts }]);
  return JSON.stringify({ answers: Object.fromEntries(given) });
}
