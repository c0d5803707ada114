import type { NotificationStatistics, StatisticsRow } from '../../api/contract.js';
import { dim, green, red } from './colors.js';
import { renderTable, type Column } from './table.js';
import { command, localTime, tookText } from './text.js';

/** The history in figures: a table for each way to look at it, each with what its first column names. */
export function renderStatistics(
  { since, until, total, byType, byWebhook, byCalendar }: NotificationStatistics,
  { isNarrowed }: { readonly isNarrowed: boolean },
): string {
  const window = `from ${since === null ? 'the beginning' : localTime(since)} to ${until === null ? 'now' : localTime(until)}`;
  if (total.sent === 0) {
    const which = isNarrowed ? ' that match these filters' : '';
    return `There are no notifications${which} ${window}. Look further back with ${command('--since 7d')}, or make one with: ${command('calreply events trigger subscribe')}`;
  }

  return [
    dim(`Notifications ${window}`),
    table('TOTAL', () => 'all', [total]),
    table('TYPE', ({ type }) => type, byType),
    table('WEBHOOK', ({ webhookUrl, webhookId }) => `${webhookUrl} ${webhookId}`, byWebhook),
    table('CALENDAR', ({ calendarCode }) => calendarCode ?? '(none)', byCalendar),
  ].join('\n\n');
}

function table<Row extends StatisticsRow>(head: string, name: (row: Row) => string, rows: readonly Row[]): string {
  const columns: Column<Row>[] = [
    { head, cell: name, shrinks: true, keepsEnd: true },
    { head: 'SENT', cell: ({ sent }) => String(sent) },
    { head: 'DELIVERED', cell: ({ delivered }) => String(delivered), color: (text) => green(text) },
    {
      head: 'FAILED',
      cell: ({ failed }) => String(failed),
      color: (text, { failed }) => (failed > 0 ? red(text) : dim(text)),
    },
    { head: 'PENDING', cell: ({ pending }) => String(pending), color: (text) => dim(text), canGo: true },
    { head: 'P50', cell: ({ p50Ms }) => milliseconds(p50Ms) },
    { head: 'P95', cell: ({ p95Ms }) => milliseconds(p95Ms) },
  ];
  return renderTable(columns, rows);
}

function milliseconds(time: number | null): string {
  return time === null ? '' : tookText(time);
}
