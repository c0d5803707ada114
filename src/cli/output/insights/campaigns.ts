import type { CampaignRow, InsightCampaigns } from '../../../api/contract.js';
import { dim, green } from '../colors.js';
import { csvText, type CsvValue } from '../csv.js';
import { sparkline } from '../pictures.js';
import { renderTable, type Column } from '../table.js';
import { isTerminal, printable } from '../terminal.js';
import { heading, nothing, number, shareText } from './heading.js';

/** As many buckets as a line has room for; the last ones say most. */
const MOST_BUCKETS = 31;

/** By which campaigns people came. */
export function renderCampaigns(found: InsightCampaigns, options: { readonly isNarrowed: boolean }): string {
  const { campaigns, subscribes, unsubscribes, net, by, buckets } = found;
  if (subscribes === 0) return nothing(found, options);
  const table = renderTable(columns(), campaigns);
  if (!isTerminal()) return table;
  const first = buckets.at(-MOST_BUCKETS);
  const stayed = `${number(subscribes)} subscribed, ${number(unsubscribes)} of them unsubscribed since: ${number(net)} stayed (${shareText(net / subscribes)}).`;
  return [
    ...[heading('Campaigns', found), '', table, '', stayed],
    ...(first === undefined
      ? []
      : [dim(printable(`OVER TIME is by ${by} from ${first} on, each against its own greatest.`))]),
  ].join('\n');
}

/** As a table: each campaign in a row, with a column for each bucket. */
export function campaignsCsv({ campaigns, buckets }: InsightCampaigns): string {
  const rows = campaigns.map(({ over, ...campaign }): Readonly<Record<string, CsvValue>> => ({
    ...campaign,
    ...Object.fromEntries(buckets.map((bucket, index) => [bucket, over[index] ?? 0])),
  }));
  return csvText(rows, ['utmSource', 'utmMedium', 'utmCampaign', 'subscribes', 'unsubscribes', 'net', ...buckets]);
}

function columns(): Column<CampaignRow>[] {
  return [
    { head: 'SOURCE', cell: ({ utmSource }) => utmSource ?? '(none)', shrinks: true },
    { head: 'MEDIUM', cell: ({ utmMedium }) => utmMedium ?? '(none)', shrinks: true },
    { head: 'CAMPAIGN', cell: ({ utmCampaign }) => utmCampaign ?? '(none)', shrinks: true },
    { head: 'SUBSCRIBES', cell: ({ subscribes }) => String(subscribes), brief: ({ subscribes }) => number(subscribes) },
    {
      head: 'UNSUBSCRIBES',
      cell: ({ unsubscribes }) => String(unsubscribes),
      brief: ({ unsubscribes }) => number(unsubscribes),
      canGo: true,
    },
    { head: 'NET', cell: ({ net }) => String(net), brief: ({ net }) => number(net) },
    {
      head: 'OVER TIME',
      cell: ({ over }) => sparkline(over.slice(-MOST_BUCKETS)),
      color: (text) => green(text),
      isPicture: true,
      canGo: true,
    },
  ];
}
