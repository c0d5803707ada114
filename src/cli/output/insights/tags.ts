import type { InsightTags, TagRow } from '../../../api/contract.js';
import { dim, green } from '../colors.js';
import { csvText } from '../csv.js';
import { bar } from '../pictures.js';
import { renderTable, type Column } from '../table.js';
import { isTerminal, printable } from '../terminal.js';
import { heading, nothing, number, shareText } from './heading.js';

const BAR_WIDTH = 24;

/** Which tags people choose. */
export function renderTags(found: InsightTags, options: { readonly isNarrowed: boolean }): string {
  const { tags, subscribes, zip } = found;
  if (subscribes === 0) return nothing(found, options);
  const table = renderTable(columns(found), tags);
  if (!isTerminal()) return table;
  const place = zip === null ? '' : printable(` in ${zip}`);
  const total = `${number(subscribes)} subscribed${place}. SHARE is of them; who chose two tags counts for both.`;
  return [heading(`Tags${place}`, found), '', table, '', total].join('\n');
}

/** As a table: each tag in a row. */
export function tagsCsv({ tags }: InsightTags): string {
  return csvText(tags, ['tag', 'subscribes', 'unsubscribes', 'net']);
}

function columns({ tags, subscribes: all }: InsightTags): Column<TagRow>[] {
  const most = Math.max(...tags.map(({ subscribes }) => subscribes));
  return [
    { head: 'TAG', cell: ({ tag }) => tag ?? '(none)', shrinks: true },
    { head: 'SUBSCRIBES', cell: ({ subscribes }) => String(subscribes), brief: ({ subscribes }) => number(subscribes) },
    {
      head: '',
      cell: ({ subscribes }) => bar(subscribes, most, BAR_WIDTH),
      color: (text) => green(text),
      isPicture: true,
      canGo: true,
    },
    {
      head: 'SHARE',
      cell: ({ subscribes }) => (subscribes / all).toFixed(4),
      brief: ({ subscribes }) => shareText(subscribes / all),
      color: (text) => dim(text),
    },
    {
      head: 'UNSUBSCRIBES',
      cell: ({ unsubscribes }) => String(unsubscribes),
      brief: ({ unsubscribes }) => number(unsubscribes),
      canGo: true,
    },
    { head: 'NET', cell: ({ net }) => String(net), brief: ({ net }) => number(net) },
  ];
}
