import type { FastifyInstance } from 'fastify';
import { CalReplyError } from '../../errors.js';
import type { Account, Calendar } from '../../model/account.js';
import { eventFacts, type EventObject } from '../../model/event.js';
import { overrideDetails } from '../../model/event-overrides.js';
import { sampleEvent } from '../../model/event-samples.js';
import { EVENT_TYPE_TRIGGERS, EVENT_TYPES, parseEventType, type EventType } from '../../model/event-types.js';
import { wantsType } from '../../model/webhook.js';
import type { EventSource, NewEvent, StoreReads, StoreTransaction } from '../../store/store.js';
import { newGuid } from '../../util/ids.js';
import type { AppOptions } from '../app-options.js';
import { API, EventPage, EventQuery, EventResource, EventTypeList, TriggeredEvent, TriggerEvent } from '../contract.js';
import { eventResource, eventSummary, notificationResource } from '../resources.js';
import { eventFilter } from './filters.js';

/** `/v1/events` and `/v1/event-types`: what happened, and triggering it for a test. */
export function eventRoutes(app: FastifyInstance, { store, clock, wake }: AppOptions, done: () => void): void {
  const tags = ['events'];

  app.get(
    `${API}/event-types`,
    { schema: { summary: 'The types of events', tags, response: { 200: EventTypeList } } },
    () => ({ eventTypes: EVENT_TYPES.map((type) => ({ type, trigger: EVENT_TYPE_TRIGGERS[type] })) }),
  );

  app.post<{ Body: TriggerEvent }>(
    `${API}/events`,
    {
      schema: {
        summary: 'Trigger a test event: a sample of a type, or an Event Object of your own',
        tags,
        body: TriggerEvent,
        response: { 201: TriggeredEvent },
      },
    },
    async ({ account, body }, reply) => {
      const now = clock.now();
      const event = body.event
        ? givenEvent(body.event, body)
        : sampleOf(body, account, await sampleCalendar(store, account, body.calendarCode), now);
      const notifications = await store.write(async (transaction) => {
        if (await transaction.event(account.id, event.eventId)) {
          throw new CalReplyError(
            'Conflict',
            `There is an event ${event.eventId} already. Leave eventId out to have a new one made.`,
          );
        }

        const ids = await acceptEvent(transaction, account, event, { source: 'trigger', now, to: body.to });
        return Promise.all(ids.map((id) => transaction.notification(account.id, id)));
      });
      wake();
      return reply
        .status(201)
        .header('location', `${API}/events/${event.eventId}`)
        .send({ event, notifications: notifications.flatMap((known) => (known ? [notificationResource(known)] : [])) });
    },
  );

  app.get<{ Querystring: EventQuery }>(
    `${API}/events`,
    { schema: { summary: 'What happened, newest first', tags, querystring: EventQuery, response: { 200: EventPage } } },
    async ({ account, query }) => {
      const page = await store.events(account.id, eventFilter(query));
      return { events: page.items.map(eventSummary), nextCursor: page.nextCursor };
    },
  );

  app.get<{ Params: { id: string } }>(
    `${API}/events/:id`,
    { schema: { summary: 'One event, whole', tags, response: { 200: EventResource } } },
    async ({ account, params }) => {
      const event = await store.event(account.id, params.id);
      if (!event) throw new CalReplyError('NotFound', `There is no event ${params.id}.`);
      return eventResource(event);
    },
  );
  done();
}

/** The largest Event Object that is kept, in bytes: it has to fit into a frame of a tunnel, with its head. */
const MOST_EVENT = 512 * 1024;

export interface AcceptOptions {
  readonly source: EventSource;
  readonly now: number;
  /** Only this webhook; every enabled one that wants the type when absent. */
  readonly to?: string | undefined;
}

/**
 * Keeps an Event Object with a notification for each webhook that is to be told: the step after which nothing is lost.
 *
 * @returns the ids of the notifications
 * @throws {CalReplyError} NotFound when `to` is no webhook, TooLarge
 */
export async function acceptEvent(
  transaction: StoreTransaction,
  account: Account,
  event: EventObject,
  { source, now, to }: AcceptOptions,
): Promise<readonly string[]> {
  const webhooks = await transaction.webhooks(account.id);
  if (to !== undefined && !webhooks.some(({ id }) => id === to))
    throw new CalReplyError('NotFound', `There is no webhook ${to}.`);
  const told = webhooks.filter((webhook) =>
    to === undefined ? webhook.enabled && wantsType(webhook, event.eventType) : webhook.id === to,
  );
  const { subscriptionId, calendarCode } = eventFacts(event);
  const body = Buffer.from(JSON.stringify(event));
  // A body of 1e20,1e20,… grows as it is written out.
  if (body.length > MOST_EVENT) throw new CalReplyError('TooLarge', 'The Event Object is larger than 512 kB as JSON.');
  const stored: NewEvent = {
    id: event.eventId,
    accountId: account.id,
    type: event.eventType,
    source,
    isTest: source === 'trigger',
    subscriptionId,
    calendarCode,
    createdAt: now,
    body,
    request: null,
  };
  return transaction.acceptEvent(
    stored,
    told.map(({ id }) => id),
  );
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
  const calendar = code === undefined ? (await store.calendars(account.id))[0] : await store.calendar(account.id, code);
  if (!calendar) {
    throw new CalReplyError(
      'NotFound',
      code === undefined ? 'The account has no calendar.' : `There is no calendar ${code}.`,
    );
  }

  return calendar;
}
