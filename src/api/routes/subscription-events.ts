import type { FastifyInstance } from 'fastify';
import { CalReplyError } from '../../errors.js';
import type { Account } from '../../model/account.js';
import {
  subscriptionEventAdded,
  subscriptionEventDeleted,
  subscriptionEventRemoved,
  subscriptionEventUpdated,
  type EventDetails,
  type SubscriptionEvent,
} from '../../model/subscription-event.js';
import { VIA_WEB_API } from '../../model/subscription.js';
import type { StoreTransaction } from '../../store/store.js';
import { newGuid } from '../../util/ids.js';
import type { AppOptions } from '../app-options.js';
import { AddPersonalEvent, ChangePersonalEvent, type PersonalEvent, type PersonalEventChange } from '../contract.js';
import { startOf, zoneNames } from '../time-zones.js';
import { acceptOwn } from './events.js';
import { checkAccount, subscriptionOf, type OfAccount } from './of-account.js';

const ACCEPTED = { 202: { type: 'null' } } as const;

/**
 * CalReply's calls for personal events. It answers 202 and applies them in the background; here they are applied when the
 * answer goes out.
 */
export function subscriptionEventRoutes(
  app: FastifyInstance,
  { store, clock, wake }: AppOptions,
  done: () => void,
): void {
  const tags = ['calreply'];

  app.post<OfAccount & { Body: AddPersonalEvent }>(
    '/v1/subscriptionevent/:accountCode',
    {
      schema: {
        summary: 'Give a personal event to some subscribers',
        tags,
        body: AddPersonalEvent,
        response: ACCEPTED,
      },
    },
    async ({ account, body, params }, reply) => {
      checkAccount(account, params);
      const event = personalEvent(body.event);
      const actionType = body.actionType ?? body.event.actionType ?? VIA_WEB_API;
      const now = clock.now();
      await store.write(async (transaction) => {
        await addPersonalEvent(transaction, account, event);
        for (const id of new Set(body.subscriptionIds.map((one) => one.toLowerCase()))) {
          await attach(transaction, { account, event, subscriptionId: id, actionType, now });
        }
      });
      wake();
      return reply.status(202).send();
    },
  );

  app.post<OfAccount & { Body: ChangePersonalEvent }>(
    '/v1/subscriptionevent/:accountCode/update',
    {
      schema: {
        summary: 'Change a personal event for all who have it',
        tags,
        body: ChangePersonalEvent,
        response: ACCEPTED,
      },
    },
    async ({ account, body, params }, reply) => {
      checkAccount(account, params);
      const change = changeIn(body);
      const actionType = body.actionType ?? change.actionType ?? VIA_WEB_API;
      const now = clock.now();
      await store.write(async (transaction) => {
        await transaction.lockSubscriptionEvent(account.id, change.eventId);
        const known = await transaction.subscriptionEvent(account.id, change.eventId);
        if (!known) throw unknownPersonalEvent(change.eventId);
        const event = changed(known, change);
        await transaction.changeSubscriptionEvent(account.id, event);
        const told = subscriptionEventUpdated(newGuid(), account, event, actionType);
        await acceptOwn(transaction, account, told, now);
      });
      wake();
      return reply.status(202).send();
    },
  );

  app.delete<{ Params: OfAccount['Params'] & { eventId: string } }>(
    '/v1/subscriptionevent/:accountCode/:eventId',
    { schema: { summary: 'Take a personal event from all who have it', tags, response: ACCEPTED } },
    async ({ account, params }, reply) => {
      checkAccount(account, params);
      const now = clock.now();
      await store.write(async (transaction) => {
        if (!(await transaction.removeSubscriptionEvent(account.id, params.eventId))) {
          throw unknownPersonalEvent(params.eventId);
        }

        const told = subscriptionEventDeleted(newGuid(), account, params.eventId, VIA_WEB_API);
        await acceptOwn(transaction, account, told, now);
      });
      wake();
      return reply.status(202).send();
    },
  );

  app.delete<{ Params: OfAccount['Params'] & { subscriptionId: string; eventId: string } }>(
    '/v2/subscription/:accountCode/:subscriptionId/subscriptionevent/:eventId',
    { schema: { summary: 'Take a personal event from one subscriber', tags, response: ACCEPTED } },
    async ({ account, params }, reply) => {
      checkAccount(account, params);
      const now = clock.now();
      await store.write(async (transaction) => {
        const { subscription, calendar } = await subscriptionOf(transaction, account, params.subscriptionId);
        if (!(await transaction.detachSubscriptionEvent(account.id, params.eventId, subscription.id))) {
          throw unknownPersonalEvent(params.eventId, subscription.id);
        }

        const on = { account, calendar, subscription };
        const told = subscriptionEventRemoved(newGuid(), on, params.eventId, VIA_WEB_API);
        await acceptOwn(transaction, account, told, now);
      });
      wake();
      return reply.status(202).send();
    },
  );
  done();
}

/**
 * A personal event that a call names, as it is kept.
 *
 * @throws {CalReplyError} InvalidRequest for a time or a time zone that there is not
 */
export function personalEvent(given: PersonalEvent): SubscriptionEvent {
  const names = zoneNames(given.timezone, given.timezoneIanaId);
  startOf(names, given.start, given.end);
  return {
    eventId: given.eventId,
    details: {
      title: given.title,
      location: given.location ?? null,
      description: given.description ?? null,
      start: given.start,
      end: given.end ?? null,
      ...names,
      allDayEvent: given.allDayEvent ?? false,
      notifyBefore: minutes(given.notifyBefore),
    },
  };
}

/**
 * Keeps an event that is new. One that is there already may be given to others, and says the same.
 *
 * @throws {CalReplyError} InvalidRequest for one that says something else
 */
export async function addPersonalEvent(
  transaction: StoreTransaction,
  account: Account,
  event: SubscriptionEvent,
): Promise<void> {
  await transaction.addSubscriptionEvent(account.id, event);
  const known = await transaction.subscriptionEvent(account.id, event.eventId);
  const names = Object.keys(event.details) as (keyof EventDetails)[];
  const other = known && names.find((name) => known.details[name] !== event.details[name]);
  if (other === undefined) return;
  const reason = `There is an event ${event.eventId} already, with another ${other}.`;
  const hint = `Change it for all who have it with: POST /v1/subscriptionevent/${account.code}/update`;
  throw new CalReplyError('InvalidRequest', reason, { hint });
}

/** Who is given which event. */
export interface Attached {
  readonly account: Account;
  readonly event: SubscriptionEvent;
  readonly subscriptionId: string;
  readonly actionType: string;
  readonly now: number;
}

/**
 * Gives a personal event to a subscription. Who has it already is told nothing.
 *
 * @throws {CalReplyError} NotFound, InvalidRequest for a subscription that has ended
 */
export async function attach(
  transaction: StoreTransaction,
  { account, event, subscriptionId, actionType, now }: Attached,
): Promise<void> {
  const { subscription, calendar } = await subscriptionOf(transaction, account, subscriptionId);
  if (!subscription.isActive) {
    throw new CalReplyError('InvalidRequest', `The subscription ${subscriptionId} has ended.`);
  }

  if (!(await transaction.attachSubscriptionEvent(account.id, event.eventId, subscription.id))) return;
  const told = subscriptionEventAdded(newGuid(), { account, calendar, subscription }, event, actionType);
  await acceptOwn(transaction, account, told, now);
}

/** @throws {CalReplyError} InvalidRequest where no event is named */
function changeIn({ event, eventId, ...flat }: ChangePersonalEvent): PersonalEventChange {
  const change = event ?? (eventId === undefined ? undefined : { ...flat, eventId });
  if (change) return change;
  throw new CalReplyError('InvalidRequest', 'Say which personal event changes: eventId.');
}

/**
 * What is not named stays.
 *
 * @throws {CalReplyError} InvalidRequest for a time or a time zone that there is not
 */
function changed({ eventId, details }: SubscriptionEvent, change: PersonalEventChange): SubscriptionEvent {
  const { title, description, location, start, end, allDayEvent, notifyBefore, timezone, timezoneIanaId } = change;
  return personalEvent({
    eventId,
    title: title ?? details.title,
    description: description === undefined ? details.description : description,
    location: location === undefined ? details.location : location,
    start: start ?? details.start,
    end: end === undefined ? details.end : end,
    timezone: timezone ?? timezoneIanaId ?? details.timezone,
    timezoneIanaId: timezone === undefined ? (timezoneIanaId ?? details.timezoneIanaId) : timezoneIanaId,
    allDayEvent: allDayEvent ?? details.allDayEvent,
    notifyBefore: notifyBefore === undefined ? details.notifyBefore : notifyBefore,
  });
}

function minutes(notifyBefore: PersonalEvent['notifyBefore']): number | null {
  return notifyBefore === null || notifyBefore === undefined ? null : Number(notifyBefore);
}

function unknownPersonalEvent(eventId: string, subscriptionId?: string): CalReplyError {
  return new CalReplyError(
    'NotFound',
    subscriptionId === undefined
      ? `There is no personal event ${eventId}.`
      : `The subscription ${subscriptionId} has no personal event ${eventId}.`,
  );
}
