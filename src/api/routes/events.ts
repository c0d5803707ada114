import type { FastifyInstance } from 'fastify';
import { CalReplyError } from '../../errors.js';
import type { Account } from '../../model/account.js';
import type { EventObject } from '../../model/event.js';
import { eventFacts } from '../../model/event-facts.js';
import { EVENT_TYPE_TRIGGERS, EVENT_TYPES } from '../../model/event-types.js';
import type { EventSource, NewEvent, StoreTransaction } from '../../store/store.js';
import type { AppOptions } from '../app-options.js';
import { API, EventPage, EventQuery, EventResource, EventTypeList } from '../contract.js';
import { unknownEvent } from '../not-found.js';
import { eventResource, eventSummary } from '../resources.js';
import { checkNames, eventFilter } from './filters.js';

/** `/v1/events` and `/v1/event-types`: what happened. Triggering is in `trigger.ts`. */
export function eventRoutes(app: FastifyInstance, { store }: AppOptions, done: () => void): void {
  const tags = ['events'];

  app.get(
    `${API}/event-types`,
    { schema: { summary: 'The types of events', tags, response: { 200: EventTypeList } } },
    () => ({ eventTypes: EVENT_TYPES.map((type) => ({ type, trigger: EVENT_TYPE_TRIGGERS[type] })) }),
  );

  app.get<{ Querystring: EventQuery }>(
    `${API}/events`,
    { schema: { summary: 'What happened, newest first', tags, querystring: EventQuery, response: { 200: EventPage } } },
    async ({ account, query }) => {
      const filter = eventFilter(query);
      await checkNames(store, account.id, filter);
      const page = await store.events(account.id, filter);
      return { events: page.items.map(eventSummary), nextCursor: page.nextCursor };
    },
  );

  app.get<{ Params: { id: string } }>(
    `${API}/events/:id`,
    { schema: { summary: 'One event, whole', tags, response: { 200: EventResource } } },
    async ({ account, params }) => {
      const event = await store.event(account.id, params.id);
      if (!event) throw unknownEvent(params.id);
      return eventResource(event);
    },
  );
  done();
}

/** The largest Event Object that is kept, in bytes: it has to fit into a frame of a tunnel, with its head. */
const MOST_EVENT = 512 * 1024;

/** Where an event comes from, and when it is kept. */
export interface Origin {
  readonly source: EventSource;
  readonly now: number;
}

/**
 * How an Event Object of the account is kept.
 *
 * @throws {CalReplyError} TooLarge
 */
export function storedEvent(account: Account, event: EventObject, { source, now }: Origin): NewEvent {
  const body = Buffer.from(JSON.stringify(event));
  // A body of 1e20,1e20,… grows as it is written out.
  if (body.length > MOST_EVENT) throw new CalReplyError('TooLarge', 'The Event Object is larger than 512 kB as JSON.');
  const { subscriptionId, calendarCode } = eventFacts(event);
  return {
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
}

/**
 * Accepts an event that a call of CalReply's makes, with what the call writes.
 *
 * @throws {CalReplyError} TooLarge
 */
export async function acceptOwn(
  transaction: Pick<StoreTransaction, 'acceptEvent'>,
  account: Account,
  event: EventObject,
  now: number,
): Promise<void> {
  await transaction.acceptEvent(storedEvent(account, event, { source: 'service', now }));
}
