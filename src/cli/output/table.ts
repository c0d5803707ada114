import Table from 'cli-table3';
import { dim } from './colors.js';
import { isTerminal, printable, terminalWidth } from './terminal.js';
import { charactersOf, widthOf } from './width.js';

/** How one column of a table is made from a row. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  /** Colours the finished cell. */
  readonly color?: (text: string, row: Row) => string;
  /** This column gives way when the terminal is narrow. */
  readonly shrinks?: boolean;
}

/** Between columns: two spaces, as cli-table3 pads. */
const GAP = 2;
const LEAST_WIDTH = 8;
/** What does not shrink is an id or a word; anything wider is neither. */
const MOST_FIXED_WIDTH = 40;

/**
 * A list for people, or, in a pipe, for `cut` and `awk`: rows with tabs between, nothing cut, nothing coloured, a head
 * line first.
 */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => printable(column.cell(row))));
  if (!isTerminal()) {
    return [columns.map(({ head }) => head), ...cells].map((line) => line.join('\t')).join('\n');
  }

  const widths = columnWidths(columns, cells);
  const table = new Table({
    head: columns.map(({ head }) => dim(head)),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
  });
  rows.forEach((row, y) => {
    table.push(
      columns.map((column, x) => {
        const text = shortened(cells[y]?.[x] ?? '', widths[x] ?? 0);
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

/** As wide as their longest cell, but no wider together than the terminal: columns that shrink give up the rest. */
function columnWidths<Row>(columns: readonly Column<Row>[], cells: readonly string[][]): number[] {
  const widths = columns.map(({ head, shrinks }, x) => {
    const widest = Math.max(head.length, ...cells.map((line) => widthOf(line[x] ?? '')));
    return shrinks ? widest : Math.min(widest, MOST_FIXED_WIDTH);
  });
  const total = () => widths.reduce((sum, width) => sum + width + GAP, 0);
  const shrinking = columns.flatMap(({ shrinks }, x) => (shrinks ? [x] : []));
  while (total() > terminalWidth()) {
    const widest = shrinking.reduce<number | undefined>(
      (best, x) => ((widths[x] ?? 0) > (best === undefined ? LEAST_WIDTH : (widths[best] ?? 0)) ? x : best),
      undefined,
    );
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }

  return widths;
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
