/** Colours code with Shiki. Loaded with the first finished code block, each language with its first use. */
import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";
import { type BundledLanguage, bundledLanguages, bundledLanguagesAlias } from "shiki/langs";

export type HighlightedLine = readonly { readonly text: string; readonly colour: string | undefined }[];

/** Longer code stays plain: colouring it would block the page. */
const maxCharacters = 50_000;

/** Colours are tokens of our own theme, so they follow light and dark without another run. */
const theme = createCssVariablesTheme({ name: "skein", variablePrefix: "--code-", fontStyle: false });

let highlighter: Promise<HighlighterCore> | null = null;

export async function highlight(text: string, name: string): Promise<readonly HighlightedLine[] | null> {
  const language = name.toLowerCase();
  const load = { ...bundledLanguages, ...bundledLanguagesAlias }[language as BundledLanguage];
  if (load === undefined || text.length > maxCharacters) return null;
  highlighter ??= createHighlighterCore({
    themes: [theme],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
  const shiki = await highlighter;
  await shiki.loadLanguage(load);
  const { tokens } = shiki.codeToTokens(text, { lang: language, theme: "skein" });
  return tokens.map((line) => line.map((token) => ({ text: token.content, colour: token.color })));
}
