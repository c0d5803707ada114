import Table from 'cli-table3';
import { dim } from './colors.js';
import { isTerminal, printable, terminalWidth } from './terminal.js';
import { charactersOf, widthOf } from './width.js';

/** How one column of a table is made from a row. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  /** What a terminal shows instead, where that is shorter and a person understands it. */
  readonly brief?: (row: Row) => string;
  /** Colours the finished cell. */
  readonly color?: (text: string, row: Row) => string;
  /** This column gives way when the terminal is narrow. */
  readonly shrinks?: boolean;
  /** It does so in its middle, since its end tells it from others, as with URLs. */
  readonly keepsEnd?: boolean;
  /** It is left out before others become hard to read. */
  readonly canGo?: boolean;
  /** It shows what other columns say, to who looks at it: in a pipe it is left out. */
  readonly isPicture?: boolean;
}

/** Between columns: two spaces, as cli-table3 pads. */
const GAP = 2;
const LEAST_WIDTH = 8;
/** So much of a column is worth more than a column that can go. */
const READABLE_WIDTH = 24;
/** What does not shrink is an id or a word; anything wider is neither. */
const MOST_FIXED_WIDTH = 40;

/**
 * A list for people, or, in a pipe, for `cut` and `awk`: rows with tabs between, nothing cut, nothing coloured, a head
 * line first.
 */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  if (!isTerminal()) {
    const told = columns.filter(({ isPicture = false }) => !isPicture);
    const lines = rows.map((row) => told.map(({ cell }) => printable(cell(row))));
    return [told.map(({ head }) => head), ...lines].map((line) => line.join('\t')).join('\n');
  }

  const shown = fitting(columns, rows);
  const table = new Table({
    head: shown.map(({ column }) => dim(column.head)),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
  });
  rows.forEach((row, y) => {
    table.push(
      shown.map(({ column, cells, width }) => {
        const text = (column.keepsEnd ? shortenedInside : shortened)(cells[y] ?? '', width);
        return column.color ? column.color(text, row) : text;
      }),
    );
  });
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

interface ShownColumn<Row> {
  readonly column: Column<Row>;
  readonly cells: readonly string[];
  width: number;
}

/**
 * The columns as wide as their longest cell, but no wider together than the terminal: those that shrink give up what is
 * more than readable, then those go that can, then the first give up the rest.
 */
function fitting<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): ShownColumn<Row>[] {
  let shown = columns.map((column): ShownColumn<Row> => {
    const cells = rows.map((row) => printable((column.brief ?? column.cell)(row)));
    const widest = Math.max(column.head.length, ...cells.map(widthOf));
    return { column, cells, width: column.shrinks ? widest : Math.min(widest, MOST_FIXED_WIDTH) };
  });
  while (total(shown) > terminalWidth()) {
    const widest = (least: number) =>
      shown.filter(({ column, width }) => column.shrinks && width > least).sort((a, b) => b.width - a.width)[0];
    const canGo = shown.findLast(({ column }) => column.canGo);
    const shrinking = widest(READABLE_WIDTH) ?? (canGo ? undefined : widest(LEAST_WIDTH));
    if (shrinking) shrinking.width -= 1;
    else if (canGo) shown = shown.filter((each) => each !== canGo);
    else break;
  }

  return shown;
}

/** Nothing stands behind the last one. */
function total(shown: readonly ShownColumn<never>[]): number {
  return shown.reduce((sum, { width }) => sum + width + GAP, -GAP);
}

/** A text that takes no more than `width` columns, with a mark where it was cut. */
export function shortened(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let left = width - 1;
  for (const character of charactersOf(text)) {
    left -= widthOf(character);
    if (left < 0) break;
    kept += character;
  }

  return `${kept}…`;
}

/** The same, cut in its middle: more is kept of its end, and nothing of how a URL begins. */
export function shortenedInside(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const bare = text.replace(/^https?:\/\//, '');
  if (widthOf(bare) <= width) return bare;
  const start = Math.ceil((width - 1) / 3);
  return `${shortened(bare, start + 1)}${ending(bare, width - start - 1)}`;
}

/** The last characters, so many columns at most. */
function ending(text: string, width: number): string {
  let kept = '';
  let left = width;
  for (const character of [...charactersOf(text)].reverse()) {
    left -= widthOf(character);
    if (left < 0) break;
    kept = character + kept;
  }

  return kept;
}

const NO_LINES = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
    'middle',
  ].map((name) => [name, '']),
);
