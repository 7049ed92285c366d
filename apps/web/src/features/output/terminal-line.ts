// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what this file is about
/**
 * What a terminal would show of one line of output: carriage return goes back to its start, erase-line and backspace are
 * honoured, colours (SGR) stay for the colour parser, every other control sequence is dropped, OSC (titles, hidden links)
 * with its whole payload. A command can therefore not draw outside its card.
 */
const controls =
  /\x1b\][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b[P^_X][\s\S]*?(?:\x1b\\|$)|\x1b\[[0-?]*[ -/]*[@-~]|\x1b\[[0-?]*[ -/]*$|\x1b[ -/]*[0-~]?|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]/g;

export function renderTerminalLine(raw: string): string {
  if (!/[\x00-\x08\x0b-\x1f\x7f]/.test(raw)) return raw;
  const line = new LineBuffer();
  let at = 0;
  for (const match of raw.matchAll(controls)) {
    line.write(raw.slice(at, match.index));
    at = match.index + match[0].length;
    apply(line, match[0]);
  }
  line.write(raw.slice(at));
  return line.toString();
}

function apply(line: LineBuffer, control: string): void {
  if (control === "\r") line.column = 0;
  else if (control === "\b") line.column = Math.max(0, line.column - 1);
  else if (/^\x1b\[[\d;]*m$/.test(control)) line.colour(control);
  else if (control === "\x1b[K" || control === "\x1b[0K") line.eraseAfter();
  else if (control === "\x1b[2K") line.eraseAll();
}

/** Cells of one line; a colour change belongs to the cell that it precedes. */
class LineBuffer {
  column = 0;
  readonly #cells: string[] = [];
  readonly #colours: string[] = [];

  write(text: string): void {
    for (const character of text) {
      while (this.#cells.length < this.column) this.#cells.push(" ");
      this.#cells[this.column] = character;
      this.column += 1;
    }
  }

  colour(sequence: string): void {
    this.#colours[this.column] = (this.#colours[this.column] ?? "") + sequence;
  }

  eraseAfter(): void {
    this.#cells.length = Math.min(this.#cells.length, this.column);
    this.#colours.length = Math.min(this.#colours.length, this.column + 1);
  }

  eraseAll(): void {
    this.#cells.length = 0;
    this.#colours.length = 0;
  }

  toString(): string {
    let text = "";
    const length = Math.max(this.#cells.length, this.#colours.length);
    for (let at = 0; at < length; at += 1) text += (this.#colours[at] ?? "") + (this.#cells[at] ?? "");
    return text;
  }
}
