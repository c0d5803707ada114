import { TimeZone } from '../../../model/time-zone.js';
import { dim } from '../colors.js';
import { printable } from '../terminal.js';
import { command, count, localTime } from '../text.js';

/** What every insight says of what was asked. */
interface Asked {
  readonly since: string | null;
  readonly until: string | null;
  readonly timeZone?: string | undefined;
  readonly testsLeftOut: number;
}

/** `from 2026-11-01 00:00:00 to now`, on the clocks that were asked for. */
export function spanText({ since, until, timeZone }: Pick<Asked, 'since' | 'until' | 'timeZone'>): string {
  const shown = (time: string) => (timeZone === undefined ? localTime(time) : timeIn(time, timeZone));
  return `from ${since === null ? 'the beginning' : shown(since)} to ${until === null ? 'now' : shown(until)}`;
}

/** A service may name a zone that is not known here. */
function timeIn(iso: string, zone: string): string {
  try {
    const time = Date.parse(iso);
    return new Date(time + new TimeZone(zone).offsetAt(time)).toISOString().slice(0, 19).replace('T', ' ');
  } catch {
    return localTime(iso);
  }
}

/** The line over the picture. */
export function heading(what: string, asked: Asked): string {
  const zone = asked.timeZone === undefined ? '' : ` · ${printable(asked.timeZone)}`;
  const tests = asked.testsLeftOut === 0 ? '' : ` · ${testsText(asked.testsLeftOut)} left out (--include-tests)`;
  return dim(`${printable(what)} ${spanText(asked)}${zone}${tests}`);
}

/** What is said in place of a picture of nothing. */
export function nothing(asked: Asked, { isNarrowed }: { readonly isNarrowed: boolean }): string {
  const which = isNarrowed ? ' that match these filters' : '';
  const found = `There are no subscriptions${which} ${spanText(asked)}.`;
  if (asked.testsLeftOut > 0) {
    return `${found} Left out: ${testsText(asked.testsLeftOut)}. To count tests as well: ${command('--include-tests')}`;
  }

  if (isNarrowed || asked.since !== null || asked.until !== null) return found;
  return `${found} To see one, trigger it, and count tests as well: ${command('calreply events trigger subscribe')}, then ${command('--include-tests')}`;
}

/** @param number counting it ended at a thousand */
function testsText(number: number): string {
  return `${number >= 1_000 ? '1,000 or more tests' : count(number, 'test')}`;
}

/** `31 %`; of nobody nothing. */
export function shareText(share: number | null): string {
  return share === null ? '' : `${(share * 100).toFixed(share > 0 && share < 0.0995 ? 1 : 0)} %`;
}

/** `1,204` */
export function number(value: number): string {
  return value.toLocaleString('en');
}

/** `+12`, `-3` */
export function signed(value: number): string {
  return value > 0 ? `+${number(value)}` : number(value);
}
