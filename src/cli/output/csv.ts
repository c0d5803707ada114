import { stringify } from 'csv-stringify/sync';
import { printableLines } from './terminal.js';

export type CsvValue = string | number | boolean | null | readonly string[];

/**
 * Rows as CSV (RFC 4180), for `out`, which ends the last line. Lists are joined by `; `.
 *
 * What a spreadsheet would take for a formula, and carry out, gets a quote before it that makes it text: those are other
 * people's words. What acts on a terminal is marked. JSON has everything as it is.
 */
export function csvText<Column extends string>(
  rows: readonly Readonly<Record<Column, CsvValue>>[],
  columns: readonly Column[],
  { header = true }: { readonly header?: boolean } = {},
): string {
  const lines = rows.map((row) => columns.map((name) => cellOf(row[name])));
  return stringify(header ? [columns, ...lines] : lines, { escape_formulas: true, eof: false });
}

function cellOf(value: CsvValue): string | number {
  if (typeof value === 'number') return value;
  if (value === null) return '';
  return printableLines(typeof value === 'object' ? value.join('; ') : String(value));
}
