import type { GrowthRow, InsightGrowth } from '../../../api/contract.js';
import { dim, green, red } from '../colors.js';
import { csvText } from '../csv.js';
import { bar } from '../pictures.js';
import { renderTable, type Column } from '../table.js';
import { isTerminal } from '../terminal.js';
import { heading, nothing, number, shareText, signed } from './heading.js';

const BAR_WIDTH = 20;

/** How many there are, and how that came. */
export function renderGrowth(growth: InsightGrowth, options: { readonly isNarrowed: boolean }): string {
  const { rows, subscribes, unsubscribes, activeBefore } = growth;
  if (subscribes === 0 && unsubscribes === 0 && activeBefore === 0) return nothing(growth, options);
  const table = renderTable(columns(rows), rows);
  if (!isTerminal()) return table;
  return [heading(`Growth by ${growth.by}`, growth), '', table, '', summary(growth)].join('\n');
}

/** As a table: each day, week or month in a row. */
export function growthCsv({ rows }: InsightGrowth): string {
  return csvText(rows, ['from', 'subscribes', 'unsubscribes', 'net', 'active', 'churn']);
}

function columns(rows: readonly GrowthRow[]): Column<GrowthRow>[] {
  const most = Math.max(...rows.map(({ subscribes, unsubscribes }) => Math.max(subscribes, unsubscribes)));
  const picture = (count: (row: GrowthRow) => number, color: (text: string) => string): Column<GrowthRow> => ({
    head: '',
    cell: (row) => bar(count(row), most, BAR_WIDTH / 2),
    color: (text) => color(text),
    isPicture: true,
    canGo: true,
  });
  return [
    { head: 'FROM', cell: ({ from }) => from },
    { head: 'SUBSCRIBES', cell: ({ subscribes }) => String(subscribes), brief: ({ subscribes }) => number(subscribes) },
    picture(({ subscribes }) => subscribes, green),
    {
      head: 'UNSUBSCRIBES',
      cell: ({ unsubscribes }) => String(unsubscribes),
      brief: ({ unsubscribes }) => number(unsubscribes),
    },
    picture(({ unsubscribes }) => unsubscribes, red),
    { head: 'NET', cell: ({ net }) => String(net), brief: ({ net }) => signed(net) },
    { head: 'ACTIVE', cell: ({ active }) => String(active), brief: ({ active }) => number(active) },
    {
      head: 'CHURN',
      cell: ({ churn }) => (churn === null ? '' : churn.toFixed(4)),
      brief: ({ churn }) => shareText(churn),
      color: (text) => dim(text),
    },
  ];
}

function summary({ subscribes, unsubscribes, net, active, churn }: InsightGrowth): string {
  const lost = churn === null ? '' : `, a churn of ${shareText(churn)}`;
  return `${number(subscribes)} subscribed and ${number(unsubscribes)} unsubscribed (${signed(net)})${lost}. ${number(active)} ${active === 1 ? 'is' : 'are'} subscribed.`;
}
