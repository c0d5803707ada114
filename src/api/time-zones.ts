import { findIana, findWindows } from 'windows-iana';
import { CalReplyError } from '../errors.js';
import { timeZone } from '../model/time-zone.js';

/** A time zone by both of its names: CalReply's calls take Windows ids, most other programs those of IANA. */
export interface ZoneNames {
  readonly timezone: string;
  readonly timezoneIanaId: string;
}

/**
 * Both names of a time zone of which one is known.
 *
 * @throws {CalReplyError} InvalidRequest for a name that no time zone has
 */
export function zoneNames(name: string, ianaName?: string | null): ZoneNames {
  const [fromWindows] = findIana(name);
  const iana = ianaName || fromWindows || name;
  try {
    timeZone(iana);
  } catch (cause) {
    const hint = 'It looks like Eastern Standard Time, or America/New_York.';
    throw new CalReplyError('InvalidRequest', `“${iana}” is not a time zone that is known here.`, { cause, hint });
  }

  return { timezone: fromWindows ? name : (findWindows(iana)[0] ?? name), timezoneIanaId: iana };
}

/**
 * The times of an entry of a calendar: when it starts, in milliseconds since 1970.
 *
 * @throws {CalReplyError} InvalidRequest for a day or an hour that there is not
 */
export function startOf({ timezoneIanaId }: ZoneNames, start: string, end: string | null | undefined): number {
  const zone = timeZone(timezoneIanaId);
  const [startsAt, endsAt] = [zone.timeOf(start), zone.timeOf(end ?? start)];
  const wrong = !isTime(startsAt) ? start : !isTime(endsAt) ? end : undefined;
  if (wrong !== undefined) throw new CalReplyError('InvalidRequest', `“${wrong}” is not a time that is known here.`);
  if (endsAt >= startsAt) return startsAt;
  throw new CalReplyError('InvalidRequest', `It cannot start at ${start} and end before that, at ${end}.`);
}

/** No calendar has entries of other centuries, which JSON's times have no room for either. */
function isTime(time: number): boolean {
  return time >= Date.UTC(1900, 0) && time < Date.UTC(9999, 0);
}
