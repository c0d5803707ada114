import type { FastifyInstance } from 'fastify';
import { CalReplyError } from '../../errors.js';
import type { Account, Calendar } from '../../model/account.js';
import { subscribeEvent, unsubscribeEvent, type Removal } from '../../model/event.js';
import {
  SUBSCRIPTION_METHODS,
  VIA_WEB_API,
  type ChosenEvent,
  type Subscription,
  type SubscriptionDetails,
  type SubscriptionMethod,
} from '../../model/subscription.js';
import type { StoreTransaction } from '../../store/store.js';
import { newGuid, randomText } from '../../util/ids.js';
import { originOf, type AppOptions } from '../app-options.js';
import { Subscribe, Subscribed, Unsubscribe, type PersonalEvent } from '../contract.js';
import { chosenEntries, chosenTags } from '../subscription-choices.js';
import { acceptOwn } from './events.js';
import { calendarOf, type OnCalendar } from './of-account.js';
import { attach, addPersonalEvent, personalEvent } from './subscription-events.js';

/** CalReply's own calls: what makes Subscribe and Unsubscribe events. */
export function subscriptionRoutes(app: FastifyInstance, { store, clock, wake }: AppOptions, done: () => void): void {
  const tags = ['calreply'];

  app.post<OnCalendar & { Body: Subscribe }>(
    '/v2/subscribe/:accountCode/:calendarCode',
    { schema: { summary: 'Subscribe somebody to a calendar', tags, body: Subscribe, response: { 200: Subscribed } } },
    async (request) => {
      const { account, body } = request;
      const calendar = await calendarOf(store, account, request.params);
      const entries = await chosenEntries(store, calendar, body);
      const asked = newSubscription(calendar, body, entries, clock.now());
      const { subscription, isNew } = await store.write(async (transaction) => {
        const known = await transaction.activeSubscription(calendar.id, asked.username);
        if (known) return { subscription: known, isNew: false };
        await transaction.addSubscription(account.id, asked);
        const event = subscribeEvent(newGuid(), account, calendar, asked);
        await acceptOwn(transaction, account, event, asked.createdAt);
        await attachAll(transaction, account, asked, body.events ?? []);
        return { subscription: asked, isNew: true };
      });
      if (isNew) wake();
      return {
        subscriptionId: subscription.id,
        subscriptionUrl: `${originOf(request).replace(/^http/, 'webcal')}/webcal/${subscription.id}`,
        username: subscription.username,
        password: null,
        isNewSubscription: isNew,
        subscriberId: subscription.details.subscriberId ?? null,
        redirectTo: body.redirectTo ?? null,
      };
    },
  );

  app.delete<OnCalendar & { Body: Unsubscribe }>(
    '/v1/subscription/:accountCode/:calendarCode',
    {
      schema: {
        summary: 'End a subscription: by its id, or by the user name',
        tags,
        body: Unsubscribe,
        response: { 202: { type: 'null' } },
      },
    },
    async (request, reply) => {
      const { account, body } = request;
      const calendar = await calendarOf(store, account, request.params);
      const at = clock.now();
      const ended = await store.write(async (transaction) => {
        const subscription = await subscriptionToEnd(transaction, account, calendar, body);
        // Ended before: the caller has what was asked for, and nobody is told twice.
        if (!(await transaction.endSubscription(subscription.id, at))) return false;
        const event = unsubscribeEvent(
          newGuid(),
          account,
          calendar,
          { ...subscription, isActive: false, deactivatedAt: at },
          removalOf(body),
        );
        await acceptOwn(transaction, account, event, at);
        return true;
      });
      if (ended) wake();
      return reply.status(202).send();
    },
  );
  done();
}

async function subscriptionToEnd(
  transaction: StoreTransaction,
  account: Account,
  calendar: Calendar,
  { id, userName }: Unsubscribe,
): Promise<Subscription> {
  if (!id && !userName) throw new CalReplyError('InvalidRequest', 'Say whose subscription ends: id or userName.');
  const subscription = id
    ? await transaction.subscription(account.id, id.toLowerCase())
    : await transaction.activeSubscription(calendar.id, userName ?? '');
  if (subscription?.calendarId !== calendar.id) {
    throw new CalReplyError(
      'NotFound',
      `${id ? `Subscription ${id}` : `User ${userName}`} is not subscribed to ${calendar.code}.`,
    );
  }

  return subscription;
}

/** Gives a new subscription the personal events that came along with it. */
async function attachAll(
  transaction: StoreTransaction,
  account: Account,
  { id: subscriptionId, createdAt: now, actionType }: Subscription,
  events: readonly PersonalEvent[],
): Promise<void> {
  for (const given of events) {
    const event = personalEvent(given);
    await addPersonalEvent(transaction, account, event);
    const how = given.actionType ?? actionType;
    await attach(transaction, { account, event, subscriptionId, actionType: how, now });
  }
}

function newSubscription(
  calendar: Calendar,
  body: Subscribe,
  chosenEvents: readonly ChosenEvent[],
  now: number,
): Subscription {
  // A form that was left empty says nothing: two people without a name are not one.
  const subscriberId = body.subscriberId || body.emailAddress || undefined;
  return {
    id: newGuid(),
    calendarId: calendar.id,
    username: body.userName || subscriberId || randomText(20),
    method: methodOf(body.subscriptionMethod),
    actionType: body.actionType ?? VIA_WEB_API,
    isActive: true,
    createdAt: now,
    deactivatedAt: null,
    details: {
      ...given({ ...body, subscriberId }),
      tags: chosenTags(calendar, [{ internalId: body.tagId }, ...(body.calendarTags ?? [])]),
      ...(chosenEvents.length > 0 && { chosenEvents }),
    },
  };
}

/** What the call says of the subscriber; CalReply's calls and its webhooks name some of it differently. */
function given(body: Subscribe): SubscriptionDetails {
  const named: Record<
    keyof Omit<SubscriptionDetails, 'tags' | 'chosenEvents'>,
    string | number | boolean | null | undefined
  > = {
    subscriberId: body.subscriberId,
    emailAddress: body.emailAddress,
    marketingAllowed: body.marketingAllowed,
    additionalOptIn: body.additionalOptIn,
    timezone: body.timeZoneId,
    zipCode: body.channelFinderZipCode,
    deviceName: body.networkDevice,
    source: undefined,
    utmSource: body.utmSource,
    utmMedium: body.utmMedium,
    utmCampaign: body.utmCampaign,
    utmContent: body.utmContent,
    urlReferrer: body.urlReferrer,
    ipAddress: body.ipAddress,
    countryCode: undefined,
    geoCountry: undefined,
    userAgent: body.userAgent,
    providerName: body.providerName,
    channelFinderLineUpId: body.channelFinderLineUpId,
    allowPromotionalContent: body.allowPromotionalContent,
    isEventReminderDisabled: body.isEventReminderDisabled,
    eventReminderMinutes: body.eventReminderMinutes,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== null && value !== undefined));
}

function methodOf(method: Subscribe['subscriptionMethod']): SubscriptionMethod {
  const known =
    typeof method === 'string'
      ? SUBSCRIPTION_METHODS.find((name) => name.toLowerCase() === method.toLowerCase())
      : SUBSCRIPTION_METHODS[method ?? 0];
  if (!known)
    throw new CalReplyError(
      'InvalidRequest',
      `“${method}” is no subscriptionMethod: 0 Webcal, 1 Google or 2 Microsoft.`,
    );
  return known;
}

function removalOf({ actionType, unsubscribeReasonText }: Unsubscribe): Removal {
  return {
    actionType: actionType ?? VIA_WEB_API,
    ...(unsubscribeReasonText && { reason: unsubscribeReasonText }),
  };
}
