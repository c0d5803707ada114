import { CalReplyError } from '../errors.js';

/** A stretch of time in which the clocks of a place differ from UTC by the same. In milliseconds since 1970, `to` excluded. */
export interface ZoneStretch {
  readonly from: number;
  readonly to: number;
  /** What is to be added to UTC, in milliseconds. */
  readonly offset: number;
}

/**
 * The clocks of a place, made once: that takes longer than reading them.
 *
 * @throws {CalReplyError} InvalidRequest for a name that no time zone has
 */
export function timeZone(name: string): TimeZone {
  // In whatever case a name is written, it is one zone.
  const key = name.toLowerCase();
  const zone = ZONES.get(key) ?? new TimeZone(name);
  ZONES.set(key, zone);
  return zone;
}

/** Names that no time zone has are not in it, and of the others there are some hundred. */
const ZONES = new Map<string, TimeZone>();

/** The clocks of one place, by the IANA time zone database that comes with Node. */
export class TimeZone {
  /** Such as `America/New_York`. */
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;

  /** @throws {CalReplyError} InvalidRequest for a name that no time zone has */
  constructor(name: string) {
    try {
      this.#format = new Intl.DateTimeFormat('en-US', { ...FIELDS, timeZone: name });
    } catch (cause) {
      const hint = 'It looks like Europe/Berlin, America/New_York, or UTC.';
      throw new CalReplyError('InvalidRequest', `“${name}” is not a time zone that is known here.`, { cause, hint });
    }

    const { timeZone } = this.#format.resolvedOptions();
    // Of two names of one place it may give the older one.
    this.name = timeZone.toLowerCase() === name.toLowerCase() ? timeZone : name;
  }

  /** What is to be added to UTC at a time, in milliseconds. */
  offsetAt(time: number): number {
    const second = Math.floor(time / 1000) * 1000;
    const fields = Object.fromEntries(
      this.#format.formatToParts(second).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = fields;
    return Date.UTC(year, month - 1, day, hour, minute, fields.second ?? 0) - second;
  }

  /**
   * The time at which the clocks show `local`, an ISO 8601 date and time; with a zone of its own, it is that time. In the hour
   * that comes twice it is the first, in the one that is left out an hour before it.
   *
   * @returns milliseconds since 1970; NaN for a time that there is not
   */
  timeOf(local: string): number {
    const isWhole = /[T ]\d\d:\d\d/.test(local);
    const text = isWhole ? local : `${local}T00:00:00`;
    const [, clock = text, zone] = /^(.*T.*?)(Z|[+-]\d\d:?\d\d)$/i.exec(text) ?? [];
    const shown = Date.parse(`${clock}Z`);
    // A day that no month has is counted on into the next.
    if (Number.isNaN(shown) || !new Date(shown).toISOString().startsWith(clock.slice(0, 10))) return Number.NaN;
    if (zone !== undefined) return Date.parse(text);
    const before = shown - this.offsetAt(shown - DAY);
    return this.offsetAt(before) === this.offsetAt(shown - DAY) ? before : shown - this.offsetAt(before);
  }

  /** Where the clocks are changed between two times, and by how much they differ from UTC in between. */
  *stretches(from: number, to: number): Generator<ZoneStretch, void> {
    let [start, offset] = [from, this.offsetAt(from)];
    for (let time = from; time < to;) {
      const next = Math.min(time + LOOK_EVERY, to);
      if (this.offsetAt(next) !== offset) {
        const change = this.#changeBetween(time, next);
        yield { from: start, to: change, offset };
        [start, offset] = [change, this.offsetAt(change)];
        time = change;
      } else time = next;
    }

    if (start < to) yield { from: start, to, offset };
  }

  /** The time from which on the clocks show something else than at `before`. */
  #changeBetween(before: number, after: number): number {
    const offset = this.offsetAt(before);
    let [low, high] = [before, after];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.offsetAt(middle) === offset) low = middle;
      else high = middle;
    }

    return high;
  }
}

const DAY = 86_400_000;

/** No place changes its clocks, and changes them back, within a week. */
const LOOK_EVERY = 7 * DAY;

const FIELDS: Intl.DateTimeFormatOptions = {
  calendar: 'iso8601',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  ...({ year: 'numeric', month: 'numeric', day: 'numeric' } as const),
  ...({ hour: 'numeric', minute: 'numeric', second: 'numeric' } as const),
};
