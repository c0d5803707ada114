import type { FastifyInstance } from 'fastify';
import { CalReplyError } from '../../errors.js';
import type { Account, Calendar } from '../../model/account.js';
import type { EventObject } from '../../model/event.js';
import { overrideDetails } from '../../model/event-overrides.js';
import { sampleEvent } from '../../model/event-samples.js';
import { EVENT_TYPES, parseEventType, type EventType } from '../../model/event-types.js';
import type { StoreReads, StoreTransaction } from '../../store/store.js';
import { newGuid } from '../../util/ids.js';
import type { AppOptions } from '../app-options.js';
import { API, TriggeredEvent, TriggerEvent, TriggerHeaders } from '../contract.js';
import { eventMadeBefore, keyedRequest, type KeyedRequest } from '../idempotency.js';
import { unknownCalendar } from '../not-found.js';
import { eventResource, notificationResource } from '../resources.js';
import { acceptable, acceptEvent } from './events.js';

/** `POST /v1/events`: triggering an event for a test. */
export function triggerRoute(app: FastifyInstance, options: AppOptions, done: () => void): void {
  const { store, clock, wake } = options;
  app.post<{ Body: TriggerEvent; Headers: TriggerHeaders }>(
    `${API}/events`,
    {
      schema: {
        summary: 'Trigger a test event: a sample of a type, or an Event Object of your own',
        tags: ['events'],
        headers: TriggerHeaders,
        body: TriggerEvent,
        response: { 200: TriggeredEvent, 201: TriggeredEvent },
      },
    },
    async ({ account, body, headers }, reply) => {
      const now = clock.now();
      if (body.dryRun) {
        const event = await newEvent(store, account, body, now);
        await acceptable(store, account, event, { source: 'trigger', now, to: body.to });
        return { event, notifications: [] };
      }

      const request = keyedRequest(headers['idempotency-key'], body);
      const { eventId, answer, isReplay } = await store.write(async (transaction) => {
        const before = request && (await eventMadeBefore(transaction, account.id, request));
        const eventId = before ?? (await makeEvent(transaction, account, body, now, request));
        return {
          eventId,
          answer: await triggeredEvent(transaction, account, eventId, options),
          isReplay: before !== undefined,
        };
      });
      if (isReplay) reply.header('idempotent-replayed', 'true');
      else wake();
      return reply.status(201).header('location', `${API}/events/${eventId}`).send(answer);
    },
  );
  done();
}

/** Makes the event that `body` asks for, its notifications, and the record of its key. */
async function makeEvent(
  transaction: StoreTransaction,
  account: Account,
  body: TriggerEvent,
  now: number,
  request: KeyedRequest | undefined,
): Promise<string> {
  const event = await newEvent(transaction, account, body, now);
  const { eventId } = event;
  await acceptEvent(transaction, account, event, { source: 'trigger', now, to: body.to });
  if (request) await transaction.keepKeyedCall(account.id, request.key, { requestHash: request.requestHash, eventId });
  return eventId;
}

/**
 * The Event Object that `body` asks for.
 *
 * @throws {CalReplyError} Conflict when there is one of its id
 */
async function newEvent(store: StoreReads, account: Account, body: TriggerEvent, now: number): Promise<EventObject> {
  const event = body.event
    ? givenEvent(body.event, body)
    : sampleOf(body, account, await sampleCalendar(store, account, body.calendarCode), now);
  if (!(await store.event(account.id, event.eventId))) return event;
  throw new CalReplyError(
    'Conflict',
    `There is an event ${event.eventId} already. Leave eventId out to have a new one made.`,
  );
}

/** The event with its notifications as they are now. */
async function triggeredEvent(
  transaction: StoreTransaction,
  account: Account,
  eventId: string,
  options: AppOptions,
): Promise<TriggeredEvent> {
  const [stored, page] = await Promise.all([
    transaction.event(account.id, eventId),
    transaction.notifications(account.id, { eventId, limit: 1000 }),
  ]);
  const event = stored && eventResource(stored).event;
  if (!event) throw new CalReplyError('ServiceFailed', `Event ${eventId} is not there any more.`);
  return { event, notifications: page.items.map((one) => notificationResource(one, options)).reverse() };
}

function givenEvent(given: NonNullable<TriggerEvent['event']>, body: TriggerEvent): EventObject {
  if (body.eventType !== undefined) {
    throw new CalReplyError('InvalidRequest', 'Give either eventType, for a sample, or event, for one of your own.');
  }

  const { eventId = newGuid(), eventType, eventDetails } = given;
  const event = {
    eventId: eventId.toLowerCase(),
    eventType: knownType(eventType),
    eventDetails: eventDetails as Record<string, unknown>,
  };
  return overrideDetails(event, body.set ?? {});
}

function sampleOf(body: TriggerEvent, account: Account, calendar: Calendar, now: number): EventObject {
  const type = knownType(body.eventType ?? '');
  const seed = body.seed ?? Math.floor(Math.random() * 2 ** 31);
  const sample = sampleEvent({ type, account, calendar, seed, now });
  // The seed settles what the event says, not which event it is: the same sample may be triggered many times.
  return overrideDetails({ ...sample, eventId: newGuid() }, body.set ?? {});
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

async function sampleCalendar(store: StoreReads, account: Account, code: string | undefined): Promise<Calendar> {
  const calendars = await store.calendars(account.id);
  const calendar = code === undefined ? calendars[0] : calendars.find((one) => one.code === code);
  if (calendar) return calendar;
  throw code === undefined
    ? new CalReplyError('NotFound', 'The account has no calendar.')
    : unknownCalendar(code, calendars);
}
