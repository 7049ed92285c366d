import { type ConfigExport, defineConfig } from "rolldown";

/** Each one file without dependencies, for it is mounted alone; the native terminal module lies beside them. */
export const programs = [
  { name: "runner", input: `${import.meta.dirname}/src/main.ts`, external: ["@lydell/node-pty"] },
  { name: "tree", input: `${import.meta.dirname}/src/tree.ts`, external: [] },
] as const;

export function bundleOf({ input, external, name }: (typeof programs)[number], directory: string) {
  const output = { file: `${directory}/${name}.js`, format: "esm" as const, minify: false };
  return { input, external: [...external], platform: "node" as const, output };
}

const bundles: ConfigExport = defineConfig(programs.map((program) => bundleOf(program, `${import.meta.dirname}/dist`)));
export default bundles;
