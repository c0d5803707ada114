import { CalReplyError } from '../errors.js';
import type { Account, Calendar } from '../model/account.js';
import type { EventObject } from '../model/event.js';
import { overrideDetails } from '../model/event-overrides.js';
import { sampleEvent } from '../model/event-samples.js';
import { EVENT_TYPES, parseEventType, type EventType } from '../model/event-types.js';
import { newGuid } from '../util/ids.js';
import type { EventToTrigger } from './contract.js';
import { unknownCalendar } from './not-found.js';

/** An Event Object that a caller asked for. */
export interface MadeEvent {
  readonly event: EventObject;
  /** True when its id was made here; false for one that the caller gave. */
  readonly isNewId: boolean;
}

/**
 * Makes the Event Object that `asked` describes: a sample of a type, or one that was given whole.
 *
 * @param calendars the account's; samples are of the first unless one is named
 * @throws {CalReplyError} InvalidRequest, UnknownEventType, NotFound for a calendar
 */
export function makeEvent(
  asked: EventToTrigger,
  account: Account,
  calendars: readonly Calendar[],
  now: number,
): MadeEvent {
  if (asked.event) return givenEvent(asked.event, asked);
  const type = knownType(asked.eventType ?? '');
  const calendar = sampleCalendar(calendars, asked.calendarCode);
  const seed = asked.seed ?? Math.floor(Math.random() * 2 ** 31);
  const sample = sampleEvent({ type, account, calendar, seed, now });
  // The seed settles what the event says, not which event it is: the same sample may be triggered many times.
  return { event: overrideDetails({ ...sample, eventId: newGuid(now) }, asked.set ?? {}), isNewId: true };
}

function givenEvent(given: NonNullable<EventToTrigger['event']>, asked: EventToTrigger): MadeEvent {
  if (asked.eventType !== undefined) {
    throw new CalReplyError('InvalidRequest', 'Give either eventType, for a sample, or event, for one of your own.');
  }

  const { eventId, eventType, eventDetails } = given;
  const event = {
    eventId: eventId?.toLowerCase() ?? newGuid(),
    eventType: knownType(eventType),
    eventDetails: eventDetails as Record<string, unknown>,
  };
  return { event: overrideDetails(event, asked.set ?? {}), isNewId: eventId === undefined };
}

function knownType(text: string): EventType {
  const type = parseEventType(text);
  if (!type)
    throw new CalReplyError(
      'UnknownEventType',
      `“${text}” is not a type of event. There are ${EVENT_TYPES.join(', ')}.`,
    );
  return type;
}

function sampleCalendar(calendars: readonly Calendar[], code: string | undefined): Calendar {
  const calendar = code === undefined ? calendars[0] : calendars.find((one) => one.code === code);
  if (calendar) return calendar;
  throw code === undefined
    ? new CalReplyError('NotFound', 'The account has no calendar.')
    : unknownCalendar(code, calendars);
}
