import { shortened } from '../table.js';
import { printable } from '../terminal.js';
import { charactersOf, isPlain, widthOf } from '../width.js';

/** A part of a line that has one colour. Its text may be anybody's: what a terminal could take for a command is marked. */
export interface Span {
  readonly text: string;
  readonly paint?: ((text: string) => string) | undefined;
}

/** A line of the screen, from left to right. */
export type Line = readonly Span[];

/** The line with its colours, in at most `width` columns; with a mark where it was cut. */
export function paintedLine(line: Line, width: number): string {
  return cutLine(line, width)
    .map(({ text, paint }) => (paint ? paint(text) : text))
    .join('');
}

/** The line in exactly `width` columns, so that what follows stands below each other. */
export function paddedLine(line: Line, width: number): Line {
  const shown = cutLine(line, width);
  const space = width - lineWidth(shown);
  return space > 0 ? [...shown, { text: ' '.repeat(space) }] : shown;
}

function cutLine(line: Line, width: number): Line {
  const shown: Span[] = [];
  let left = width;
  for (const { text, paint } of line) {
    const part = cut(text, left);
    left -= widthOf(part);
    if (part !== '') shown.push({ text: part, paint });
    // What was cut ends with a mark, and nothing may stand behind it.
    if (part.length < text.length && part.endsWith('…')) break;
  }

  return shown;
}

/** The text in exactly `width` columns. */
export function padded(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const shown = cut(text, width);
  const space = ' '.repeat(Math.max(width - widthOf(shown), 0));
  return side === 'left' ? shown + space : space + shown;
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + widthOf(tamed(text)), 0);
}

/** The text in lines of at most `width` columns: nothing of it is left out. */
export function wrapped(text: string, width: number): string[] {
  const whole = tamed(text);
  if (widthOf(whole) <= width) return [whole];
  const lines: string[] = [];
  let line = '';
  let left = width;
  for (const character of charactersOf(whole)) {
    const columns = widthOf(character);
    if (columns > left && line !== '') {
      lines.push(line);
      line = '';
      left = width;
    }

    line += character;
    left -= columns;
  }

  return [...lines, line];
}

/** A sentence in lines of at most `width` columns, between its words where they fit. */
export function wrappedWords(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of tamed(text).split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && widthOf(line) + 1 + widthOf(word) <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(...wrapped(word, width));
  }

  return lines;
}

/** No terminal needs as many of a text to fill a column; measuring all of it takes its time. */
const MOST_OF_COLUMN = 8;

function cut(text: string, width: number): string {
  return width <= 0 ? '' : shortened(tamed(text.slice(0, (width + 1) * MOST_OF_COLUMN)), width);
}

/** Printable, and with no more accents on a letter than languages use: a tower of them reaches into other lines. */
function tamed(text: string): string {
  if (isPlain(text)) return text;
  return printable(text).replace(/(\p{M}{3})\p{M}+/gu, '$1');
}
