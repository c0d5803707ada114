import { Flags } from '@oclif/core';
import { BUCKET_UNITS } from '../model/insight-buckets.js';
import { parseRange } from './input.js';
import { historyFlags } from './flags.js';

/* Flags of `calreply insights`. */

/** Print a table for spreadsheets and databases. */
export const csvFlag = Flags.boolean({ summary: 'Print CSV, for spreadsheets and databases.', exclusive: ['json'] });

export const insightFlags = {
  calendar: historyFlags.calendar,
  since: historyFlags.since,
  until: historyFlags.until,
  'include-tests': Flags.boolean({ summary: 'Count also what triggered events tell of.' }),
  csv: csvFlag,
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
export const rowsFlag = Flags.integer({ char: 'n', summary: 'At most this many.', default: 25, min: 1, max: 1000 });

interface InsightFlags {
  readonly calendar?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly 'include-tests': boolean;
}

/**
 * The flags of every insight, as the service's query.
 *
 * @throws {CalReplyError} WrongUse for a time that is none, or a span that ends before it begins
 */
export function insightQuery(flags: InsightFlags, now: number) {
  return {
    calendar: flags.calendar,
    ...parseRange(flags, now),
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
