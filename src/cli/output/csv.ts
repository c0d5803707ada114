import { stringify } from 'csv-stringify/sync';

export type CsvValue = string | number | boolean | null | readonly string[];

/**
 * Rows as CSV (RFC 4180), for `out`, which ends the last line. Lists are joined by `; `.
 *
 * What a spreadsheet would take for a formula, and carry out, gets a quote before it that makes it text: those are other
 * people's words. JSON has them as they are.
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
  if (value === null) return '';
  if (typeof value === 'object') return value.join('; ');
  return typeof value === 'boolean' ? String(value) : value;
}
