import { dim } from '../colors.js';
import { detailLines } from './details.js';
import { keysLine, statusLine } from './footer.js';
import { headingLines } from './heading.js';
import { helpLines } from './help.js';
import { EDGE, type Area } from './layout.js';
import { lineWidth, paintedLine, type Line } from './line.js';
import { listLines } from './list.js';
import type { ScreenState } from './state.js';
import { selectedOf, windowOf, type Window } from './window.js';

/** A row of the screen: texts with their colours, each at its column from 0, from left to right. */
export type FrameRow = readonly { readonly column: number; readonly text: string }[];

/** The whole screen: as many rows as it has, none wider than it is. */
export function frameOf(state: ScreenState): readonly FrameRow[] {
  const window = windowOf(state);
  const { layout } = window;
  const rows: FrameRow[] = Array.from({ length: state.size.rows }, () => []);
  const put = (lines: readonly Line[], { row, column, rows: most, columns }: Area) => {
    lines.slice(0, most).forEach((line, index) => {
      const text = paintedLine(line, columns);
      rows[row + index] = [...(rows[row + index] ?? []), { column, text }];
    });
  };
  const whole = (row: number, height: number): Area => ({ row, column: 0, rows: height, columns: layout.columns });
  const bottom = state.size.rows - layout.footer;

  if (state.showsHelp) put(helpLines(state, layout.columns), whole(0, bottom - layout.status));
  else {
    put(headingLines(state, layout), whole(0, layout.heading));
    put(listLines(window, state), layout.list);
    if (layout.details) {
      if (layout.details.column > 0) put(edgeLines(layout.details), edgeOf(layout.details));
      put(detailsOf(state, window, layout.details), layout.details);
    }
  }

  put([statusLine(state, window)], whole(bottom - layout.status, layout.status));
  put([keysLine(state, layout.columns)], whole(bottom, layout.footer));
  return rows.slice(0, state.size.rows);
}

/** The details, with a title that tells which and where in them one is. */
function detailsOf(state: ScreenState, window: Window, { rows, columns }: Area): Line[] {
  const exchange = selectedOf(window);
  if (!exchange) return [titleLine(['nothing is selected'], '', columns)];
  const all = detailLines(exchange, columns, state.reveal);
  const room = rows - 1;
  const start = Math.max(Math.min(state.details.scroll, all.length - room), 0);
  const shown = all.slice(start, start + room);
  const place = all.length <= room ? '' : ` ${start + 1}–${start + shown.length} of ${all.length}`;
  return [titleLine([`${exchange.type} ${exchange.id}`, exchange.id], place, columns), ...shown];
}

/** A rule with the first of the titles that fits whole, and at its end the place. */
function titleLine(titles: readonly string[], place: string, columns: number): Line {
  const room = columns - lineWidth([{ text: place }]) - 4;
  const title = titles.find((each) => lineWidth([{ text: each }]) <= room) ?? titles.at(-1) ?? '';
  const shown: Line = [{ text: '── ', paint: dim }, { text: title.slice(0, Math.max(room, 0)) }, { text: ' ' }];
  const rule = '─'.repeat(Math.max(columns - lineWidth(shown) - lineWidth([{ text: place }]), 0));
  return [...shown, { text: rule, paint: dim }, { text: place, paint: dim }];
}

/** The line between the list and what stands beside it. */
function edgeOf(details: Area): Area {
  return { ...details, column: details.column - EDGE, columns: 1 };
}

function edgeLines({ rows }: Area): Line[] {
  return Array.from({ length: rows }, () => [{ text: '│', paint: dim }]);
}
