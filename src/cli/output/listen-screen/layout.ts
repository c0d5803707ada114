import type { ScreenState } from './state.js';

/** Where everything stands, in rows and columns; a part that there is no room for has no rows. */
export interface Layout {
  /** The last column stays empty: a terminal that counts a character wider than we do breaks no line then. */
  readonly columns: number;
  readonly heading: number;
  readonly list: Area;
  readonly details: Area | null;
  readonly status: number;
  readonly footer: number;
}

export interface Area {
  /** From the top and the left of the screen, both from 0. */
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

/** From this width on, details stand beside the list. */
const WIDE = 140;
/** The line between the two, and a space. */
export const EDGE = 2;
/** With fewer rows between them, the list gives way to the details. */
const LEAST_FOR_BOTH = 11;
const LEAST_LIST = 4;

export function layoutOf({ size, details }: Pick<ScreenState, 'size' | 'details'>): Layout {
  const { rows } = size;
  const columns = Math.max(size.columns - 1, 1);
  const heading = rows >= 20 ? 4 : rows >= 12 ? 3 : rows >= 6 ? 1 : 0;
  const status = rows >= 8 ? 1 : 0;
  const footer = rows >= 3 ? 1 : 0;
  const body = { row: heading, column: 0, rows: Math.max(rows - heading - status - footer, 1), columns };
  const parts = { columns, heading, status, footer };
  if (!details.isOpen) return { ...parts, list: body, details: null };
  if (size.columns >= WIDE) {
    const left = Math.floor(columns * 0.48);
    const right = { ...body, column: left + EDGE, columns: columns - left - EDGE };
    return { ...parts, list: { ...body, columns: left - 1 }, details: right };
  }

  if (body.rows < LEAST_FOR_BOTH) return { ...parts, list: { ...body, rows: 0 }, details: body };
  const above = Math.max(Math.floor(body.rows * 0.4), LEAST_LIST);
  const below = { ...body, row: body.row + above, rows: body.rows - above };
  return { ...parts, list: { ...body, rows: above }, details: below };
}
