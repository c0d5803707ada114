import type { InsightTimes } from '../../../api/contract.js';
import { bold, dim } from '../colors.js';
import { csvText } from '../csv.js';
import { shade } from '../pictures.js';
import { renderTable, type Column } from '../table.js';
import { isTerminal, printable, terminalWidth } from '../terminal.js';
import { heading, nothing, number, shareText } from './heading.js';

type Weekday = InsightTimes['weekdays'][number];

/** When people subscribe: a map of the week, in a pipe a table of it. */
export function renderTimes(times: InsightTimes, options: { readonly isNarrowed: boolean }): string {
  if (times.subscribes === 0) return nothing(times, options);
  if (!isTerminal()) return renderTable(columns(), times.weekdays);
  return [heading('Subscribes', times), '', ...heatMap(times.weekdays), '', bestText(times)].join('\n');
}

/** As a table: each hour of the week in a row. */
export function timesCsv({ weekdays }: InsightTimes): string {
  const rows = weekdays.flatMap(({ weekday, hours }) =>
    hours.map((subscribes, hour) => ({ weekday, hour, subscribes })),
  );
  return csvText(rows, ['weekday', 'hour', 'subscribes']);
}

function columns(): Column<Weekday>[] {
  return [
    { head: 'WEEKDAY', cell: ({ weekday }) => weekday },
    ...Array.from({ length: 24 }, (_, hour) => ({
      head: String(hour),
      cell: ({ hours }: Weekday) => String(hours[hour] ?? 0),
    })),
  ];
}

const NAME_WIDTH = 11;
/** Of two columns an hour is a square, nearly; a narrow terminal has room for one. */
const WIDE = NAME_WIDTH + 2 * 24 + 10;

function heatMap(weekdays: readonly Weekday[]): string[] {
  const width = terminalWidth() >= WIDE ? 2 : 1;
  const most = Math.max(...weekdays.flatMap(({ hours }) => hours));
  const hours = [0, 3, 6, 9, 12, 15, 18, 21].map((hour) => String(hour).padEnd(3 * width)).join('');
  return [
    ' '.repeat(NAME_WIDTH) + dim(hours.trimEnd()),
    ...weekdays.map(({ weekday, hours: counts }) => {
      const fields = counts.map((count) => field(count, most, width)).join('');
      const sum = counts.reduce((all, count) => all + count, 0);
      return `${printable(weekday).padEnd(NAME_WIDTH)}${fields}  ${dim(number(sum))}`.trimEnd();
    }),
  ];
}

function field(count: number, most: number, width: number): string {
  return shade(count, most)?.repeat(width) ?? dim('·'.padEnd(width));
}

function bestText({ best, subscribes }: InsightTimes): string {
  if (!best) return '';
  const { weekday, hour } = best;
  const slot = bold(`${printable(weekday)} from ${clock(hour)} to ${clock(hour + 1)}`);
  return `Most subscribe on ${slot}: ${number(best.subscribes)} of ${number(subscribes)} (${shareText(best.subscribes / subscribes)}).`;
}

function clock(hour: number): string {
  return `${String(hour % 24).padStart(2, '0')}:00`;
}
