import type { FastifyInstance } from 'fastify';
import { CalReplyError } from '../../errors.js';
import { detailsUpdatedEvent } from '../../model/event.js';
import type { Calendar } from '../../model/account.js';
import { CLEARABLE, VIA_WEB_API, type SubscriptionDetails } from '../../model/subscription.js';
import type { StoreReads } from '../../store/store.js';
import { newGuid } from '../../util/ids.js';
import type { AppOptions } from '../app-options.js';
import { SubscriptionList, SubscriptionResource, UpdateSubscription } from '../contract.js';
import { chosenEntries, chosenTags } from '../subscription-choices.js';
import { subscriptionResources } from '../subscription-resource.js';
import { acceptOwn } from './events.js';
import { calendarOf, subscriptionOf, type OnCalendar } from './of-account.js';

/** As many subscriptions of one user name are answered. */
const MOST = 20;
/** A subscription chooses so many entries of the calendar at most. */
const MOST_CHOSEN = 1_000;

/** CalReply's calls to read a subscription, all of a user name, and to change one. */
export function subscriptionDetailsRoutes(
  app: FastifyInstance,
  { store, clock, wake }: AppOptions,
  done: () => void,
): void {
  const tags = ['calreply'];

  app.get<{ Params: { subscriptionId: string } }>(
    '/v1/subscription/:subscriptionId',
    { schema: { summary: 'Read a subscription', tags, response: { 200: SubscriptionResource } } },
    async ({ account, params }) => {
      const { subscription, calendar } = await subscriptionOf(store, account, params.subscriptionId);
      const subscriptions = [subscription];
      const [resource] = await subscriptionResources(store, account, calendar, { subscriptions, now: clock.now() });
      return resource;
    },
  );

  app.get<{ Params: OnCalendar['Params'] & { username: string } }>(
    '/v1/subscription/:accountCode/:calendarCode/:username',
    {
      schema: {
        summary: 'The last 20 subscriptions of a user name to a calendar, newest first, those that ended included',
        tags,
        response: { 200: SubscriptionList },
      },
    },
    async ({ account, params }) => {
      const calendar = await calendarOf(store, account, params);
      const subscriptions = await store.subscriptionsOf(calendar.id, params.username, MOST);
      return subscriptionResources(store, account, calendar, { subscriptions, now: clock.now() });
    },
  );

  app.put<{ Params: { subscriptionId: string }; Body: UpdateSubscription }>(
    '/v1/subscription/:subscriptionId',
    {
      schema: {
        summary: 'Change what a subscriber chose. What is not named stays',
        tags,
        body: UpdateSubscription,
        response: { 200: SubscriptionResource },
      },
    },
    async ({ account, params, body }) => {
      const now = clock.now();
      const { answer, isChanged } = await store.write(async (transaction) => {
        await transaction.lockSubscription(account.id, params.subscriptionId.toLowerCase());
        const { subscription, calendar } = await subscriptionOf(transaction, account, params.subscriptionId);
        const details = await changedDetails(transaction, calendar, subscription.details, body);
        const changed = { ...subscription, details };
        const differs = JSON.stringify(details) !== JSON.stringify(subscription.details);
        if (differs) {
          if (!(await transaction.changeSubscription(subscription.id, details))) {
            throw new CalReplyError('InvalidRequest', `The subscription ${subscription.id} has ended.`);
          }

          const actionType = body.actionType ?? VIA_WEB_API;
          // Who is told keeps what they knew of what is left out.
          const cleared = CLEARABLE.filter((name) => name in subscription.details && !(name in details));
          const event = detailsUpdatedEvent(newGuid(), account, calendar, { ...changed, cleared, actionType });
          await acceptOwn(transaction, account, event, now);
        }

        const subscriptions = [changed];
        const [answer] = await subscriptionResources(transaction, account, calendar, { subscriptions, now });
        return { answer, isChanged: differs };
      });
      if (isChanged) wake();
      return answer;
    },
  );
  done();
}

/**
 * The details with what the call names put in their place. Of null nothing is known any more.
 *
 * @throws {CalReplyError} InvalidRequest for more chosen entries than a subscription may have
 */
async function changedDetails(
  store: Pick<StoreReads, 'calendarEventsNamed'>,
  calendar: Calendar,
  before: SubscriptionDetails,
  body: UpdateSubscription,
): Promise<SubscriptionDetails> {
  const tags = body.calendarTags === undefined ? body.CalendarTags : body.calendarTags;
  const chosen = await chosenEntries(store, calendar, body);
  const kept = (before.chosenEvents ?? []).filter(({ id }) => !chosen.some((one) => one.id === id));
  const named = {
    timezone: body.timeZoneId,
    marketingAllowed: body.marketingAllowed,
    additionalOptIn: body.additionalOptIn,
    allowPromotionalContent: body.allowPromotionalContent,
    isEventReminderDisabled: body.isEventReminderDisabled,
    eventReminderMinutes: body.eventReminderMinutes,
  };
  const changes = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
  const details = {
    ...before,
    ...changes,
    ...(tags !== undefined && { tags: chosenTags(calendar, tags ?? []) }),
    ...(chosen.length > 0 && { chosenEvents: [...kept, ...chosen] }),
  };
  if (kept.length + chosen.length > MOST_CHOSEN) {
    throw new CalReplyError('InvalidRequest', `A subscription chooses ${MOST_CHOSEN} entries of a calendar at most.`);
  }

  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== null));
}
