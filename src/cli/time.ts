import { CalReplyError } from '../errors.js';
import type { TimeZone } from '../model/time-zone.js';

/**
 * A point in time: ISO 8601, or how long ago (`90s`, `10m`, `2h`, `7d`, `1w`). Without a zone it is a local time, and a
 * date alone is local midnight, as times are shown.
 *
 * @param zone whose clocks are meant; those of this machine when absent
 * @returns ISO 8601 in UTC
 * @throws {CalReplyError} WrongUse, also for a time that does not exist, such as 2026-02-30
 */
export function parseTime(text: string, now: number, zone?: TimeZone): string {
  const [, number, unit] = /^(\d+)(s|m|h|d|w)$/.exec(text) ?? [];
  const time =
    number !== undefined && unit !== undefined ? now - Number(number) * UNIT_MS[unit as Unit] : timeNamed(text, zone);
  // Further away than dates reach is none either.
  if (Number.isNaN(new Date(time).getTime())) {
    throw new CalReplyError('WrongUse', `“${text}” is not a time.`, {
      hint: 'It looks like 10m, 2h, 7d, 1w, 2026-11-23, or 2026-11-23T15:04:05Z.',
    });
  }

  return new Date(time).toISOString();
}

/**
 * How long something is kept: `12h`, `30d`, `8w`, or `forever`. At least an hour, so that what was just sent can be looked
 * at.
 *
 * @returns milliseconds, or null for ever
 * @throws {CalReplyError} WrongUse
 */
export function parseKeep(text: string): number | null {
  if (text === 'forever') return null;
  const [, number, unit] = /^(\d+)(m|h|d|w)$/.exec(text) ?? [];
  const time = number === undefined || unit === undefined ? Number.NaN : Number(number) * UNIT_MS[unit as Unit];
  if (time >= UNIT_MS.h && time <= LONGEST_KEEP) return time;
  throw new CalReplyError('WrongUse', `--keep takes a time from 1h to 36500d, or “forever”; “${text}” is neither.`, {
    hint: 'It looks like --keep 12h, --keep 30d, --keep 8w, or --keep forever.',
  });
}

/**
 * A length of time: `500ms`, `1.5s`, `10m`, `2h`, more than none and up to a day.
 *
 * @param flag it is the value of, for the error
 * @returns milliseconds
 * @throws {CalReplyError} WrongUse
 */
export function parseSpan(text: string, flag: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const span = Math.round(Number(number) * (unit === 'ms' ? 1 : UNIT_MS[unit as Unit]));
  if (span > 0 && span <= UNIT_MS.d) return span;
  throw new CalReplyError('WrongUse', `${flag} takes a length of time up to a day; “${text}” is none.`, {
    hint: `It looks like ${flag} 500ms, ${flag} 30s, or ${flag} 10m.`,
  });
}

type Unit = 's' | 'm' | 'h' | 'd' | 'w';
const UNIT_MS: Readonly<Record<Unit, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A hundred years: what is longer is for ever. */
const LONGEST_KEEP = 36_500 * UNIT_MS.d;

const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:(Z)|([+-])([01]\d|2[0-3]):?([0-5]\d))?)?$/i;

/** Milliseconds since 1970, or NaN. */
function timeNamed(text: string, zone: TimeZone | undefined): number {
  const found = DATE_TIME.exec(text);
  if (!found) return Number.NaN;
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = '', utc, sign, offsetHours, offsetMinutes] =
    found;
  const fields = [year, month, day, hour, minute, second].map(Number) as Fields;
  const ms = Math.floor(Number(`0.${fraction}0`) * 1000);
  if (utc === undefined && sign === undefined) {
    return (zone ? zone.timeOf(isoOf(fields)) : localTime(fields)) + ms;
  }

  const offset = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * 60_000;
  return utcTime(fields) + ms - (sign === '-' ? -offset : offset);
}

type Fields = [year: number, month: number, day: number, hour: number, minute: number, second: number];

/** `2026-11-23T15:04:05` */
function isoOf([year, ...rest]: Fields): string {
  const [month, day, hour, minute, second] = rest.map((field) => String(field).padStart(2, '0'));
  return `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}`;
}

/** NaN where the clocks of this place have no such time: they skip an hour in spring. */
function localTime([year, month, day, hour, minute, second]: Fields): number {
  const time = new Date(year, month - 1, day, hour, minute, second);
  const exists =
    time.getFullYear() === year &&
    time.getMonth() === month - 1 &&
    time.getDate() === day &&
    time.getHours() === hour &&
    time.getMinutes() === minute &&
    time.getSeconds() === second;
  return exists ? time.getTime() : Number.NaN;
}

/** NaN for a day that no month has, and an hour that no day has: the Date would count on. */
function utcTime([year, month, day, hour, minute, second]: Fields): number {
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  const given = [year, month, day, hour, minute, second].map((field) => String(field).padStart(2, '0'));
  const counted = new Date(time).toISOString().match(/\d+/g)?.slice(0, 6);
  return given.join() === counted?.join() ? time : Number.NaN;
}
