/**
 * A bubblewrap that leaves pieces of the sandbox out, to show that an attack succeeds without them: a check that never
 * fails proves nothing.
 */
import { chmodSync, writeFileSync } from "node:fs";

export interface Weakening {
  /** Runs of words that are left out of the options; "*" is any word. */
  readonly without?: readonly (readonly string[])[];
  /** Options that come before all others, and those that come after them. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** A file that it passes on open. */
  readonly leaks?: string;
}

/** Writes a program that stands for bubblewrap: it reads the options where bubblewrap would, and starts the real one. */
export function writeWeakened(path: string, weakening: Weakening): string {
  const { without = [], before = [], after = [], environment = {}, leaks } = weakening;
  const list = (words: readonly string[]) => `(${words.map(quote).join(", ")})`;
  const lines = [
    "#!/usr/bin/perl",
    "use strict; use warnings; $^F = 100;",
    // bwrap --args N -- COMMAND
    "my ($flag, $descriptor, @rest) = @ARGV;",
    "open my $from, '<&=', $descriptor or die; local $/ = undef; my @options = split /\\0/, scalar <$from>;",
    `my @without = (${without.map((words) => `[${words.map(quote).join(", ")}]`).join(", ")});`,
    "my @kept; OPTION: while (@options) { for my $words (@without) {",
    "  next if @options < @$words || grep { $words->[$_] ne '*' && $words->[$_] ne $options[$_] } 0 .. $#$words;",
    "  splice @options, 0, scalar @$words; next OPTION }",
    "  push @kept, shift @options }",
    ...Object.entries(environment).map(([name, value]) => `$ENV{${quote(name)}} = ${quote(value)};`),
    ...(leaks === undefined ? [] : [`open our $leak, '<', ${quote(leaks)} or die;`]),
    `exec '/usr/bin/bwrap', ${list(before)}, @kept, ${list(after)}, @rest or die;`,
  ];
  writeFileSync(path, `${lines.join("\n")}\n`);
  chmodSync(path, 0o755);
  return path;
}

function quote(word: string): string {
  return `'${word.replaceAll(/[\\']/g, "\\$&")}'`;
}
