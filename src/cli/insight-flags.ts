import { Flags } from '@oclif/core';
import { BUCKET_UNITS } from '../model/insight-buckets.js';
import { TimeZone } from '../model/time-zone.js';
import { parseRange } from './input.js';
import { historyFlags } from './flags.js';

/* Flags of `calreply insights`. */

/** As many rows are shown, and as many may be asked for. */
const SHOWN_ROWS = 25;
const MOST_ROWS = 1_000;

export const insightFlags = {
  calendar: historyFlags.calendar,
  since: historyFlags.since,
  until: historyFlags.until,
  'include-tests': Flags.boolean({ summary: 'Count also what triggered events tell of.' }),
  csv: Flags.boolean({ summary: 'Print CSV, for spreadsheets and databases.', exclusive: ['json'] }),
};

/** On whose clocks. */
export const zoneFlag = Flags.string({
  summary: 'On the clocks of this place, such as Europe/Berlin or UTC.',
  helpValue: 'ZONE',
  defaultHelp: () => Promise.resolve('that of this machine'),
});

export const byFlag = Flags.option({
  options: BUCKET_UNITS,
  summary: 'Count by days, weeks from Monday on, or months; by the length of the time when absent.',
})();

/** At most so many rows. */
export const rowsFlag = Flags.integer({
  char: 'n',
  summary: 'At most this many.',
  min: 1,
  max: MOST_ROWS,
  defaultHelp: () => Promise.resolve(`${SHOWN_ROWS}, or ${MOST_ROWS} with --csv`),
});

/** How many rows are asked for: a table for programs has as many as there may be. */
export function rowsOf({ limit, csv }: { readonly limit?: number | undefined; readonly csv: boolean }): number {
  return limit ?? (csv ? MOST_ROWS : SHOWN_ROWS);
}

/** What is said beside a table that does not have all. */
export function leftOffText(leftOff: number, limit: number): string {
  const hint = limit < MOST_ROWS ? `: --limit ${MOST_ROWS}` : '; no more are told';
  return `There are ${leftOff.toLocaleString('en')} more${hint}.`;
}

interface InsightFlags {
  readonly 'time-zone'?: string | undefined;
  readonly calendar?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly 'include-tests': boolean;
}

/**
 * The flags of every insight, as the service's query.
 *
 * @throws {CalReplyError} WrongUse for a time that is none, or a span that ends before it begins; InvalidRequest for a time
 *   zone that is none
 */
export function insightQuery(flags: InsightFlags, now: number) {
  const { 'time-zone': zone } = flags;
  return {
    calendar: flags.calendar,
    ...parseRange(flags, now, zone === undefined ? undefined : new TimeZone(zone)),
    ...(flags['include-tests'] && { includeTests: true }),
  };
}

/** The time zone that is meant: that of this machine when none is named. */
export function zoneNamed(name: string | undefined): string {
  return name ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Whether an insight is asked for of a part only. */
export function isNarrowedInsight(flags: {
  readonly calendar?: string | undefined;
  readonly zip?: string | undefined;
}) {
  return flags.calendar !== undefined || flags.zip !== undefined;
}
