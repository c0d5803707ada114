import type { FastifyInstance } from 'fastify';
import { CalReplyError } from '../../errors.js';
import { retryRefusal, webhookOff } from '../../model/retry-refusal.js';
import { wantsType, type Webhook } from '../../model/webhook.js';
import type { RetryOutcome, StoredEvent, StoreTransaction } from '../../store/store.js';
import type { AppOptions } from '../app-options.js';
import {
  API,
  NotificationResource,
  ResendEvent,
  ResentEvent,
  RetriedNotifications,
  RetryNotifications,
} from '../contract.js';
import { unknownEvent, unknownNotification, unknownWebhook } from '../not-found.js';
import { eventResource, notificationResource } from '../resources.js';

interface ById {
  Params: { id: string };
}

/** Sending again by hand: the same notification, or new ones of the same event. */
export function retryRoutes(app: FastifyInstance, options: AppOptions, done: () => void): void {
  const { store, clock, wake } = options;
  app.post<ById>(
    `${API}/notifications/:id/retry`,
    {
      schema: {
        summary: 'Send a notification again',
        description: 'It is pending again and due now. One in flight is left as it is; order holds for a subscription.',
        tags: ['notifications'],
        response: { 200: NotificationResource },
      },
    },
    async ({ account, params: { id } }) => {
      const notification = await store.write(async (transaction) => {
        const [outcome] = await transaction.retryNotifications(account.id, [id], clock.now());
        const refusal = outcome && refusalOf(id, outcome);
        if (refusal) throw refusal;
        return transaction.notification(account.id, id);
      });
      if (!notification) throw unknownNotification(id);
      wake();
      return notificationResource(notification, options);
    },
  );

  app.post<{ Body: RetryNotifications }>(
    `${API}/notifications/retry`,
    {
      schema: {
        summary: 'Send up to 100 notifications again; some may be refused',
        tags: ['notifications'],
        body: RetryNotifications,
        response: { 200: RetriedNotifications },
      },
    },
    async ({ account, body }): Promise<RetriedNotifications> => {
      const ids = [...new Set(body.ids)];
      const outcomes = await store.write((transaction) => transaction.retryNotifications(account.id, ids, clock.now()));
      wake();
      const refusals = outcomes.map((outcome, index) => refusalOf(ids[index] ?? '', outcome));
      return {
        retried: ids.filter((_, index) => refusals[index] === undefined),
        refused: refusals.flatMap((refusal, index) =>
          refusal ? [{ id: ids[index] ?? '', code: refusal.code, reason: refusal.message }] : [],
        ),
      };
    },
  );

  app.post<ById & { Body: ResendEvent }>(
    `${API}/events/:id/resend`,
    {
      schema: {
        summary: 'Send an event again, as new notifications with the same eventId',
        tags: ['events'],
        body: ResendEvent,
        response: { 201: ResentEvent },
      },
    },
    async ({ account, params, body }, reply): Promise<ResentEvent> => {
      const { event, notifications } = await store.write(async (transaction) => {
        const event = await transaction.event(account.id, params.id);
        if (!event) throw unknownEvent(params.id);
        const webhooks = await receiversOf(transaction, account.id, event, body.to);
        const webhookIds = webhooks.map(({ id }) => id);
        const ids = await transaction.resendEvent({ id: event.id, accountId: account.id }, webhookIds, clock.now());
        return { event, notifications: await Promise.all(ids.map((id) => transaction.notification(account.id, id))) };
      });
      wake();
      void reply.status(201);
      return {
        event: {
          eventId: event.id,
          eventType: event.type,
          eventDetails: eventResource(event).event?.eventDetails ?? null,
        },
        notifications: notifications.flatMap((known) => (known ? [notificationResource(known, options)] : [])),
      };
    },
  );
  done();
}

/** Why a notification cannot be sent again, and what can be done; undefined when it is on its way. */
function refusalOf(id: string, outcome: RetryOutcome): CalReplyError | undefined {
  switch (outcome.kind) {
    case 'pending':
      return undefined;
    case 'unknown':
      return unknownNotification(id);
    case 'webhook-off':
    case 'webhook-removed':
      return retryRefusal(outcome, outcome.kind === 'webhook-off' ? 'webhook_off' : 'webhook_removed');
  }
}

/**
 * The webhooks that are told of an event again.
 *
 * @throws {CalReplyError} NotFound when one of `to` is no webhook; Conflict when it is off, or not the listener at whose
 *   inbox the event came in
 */
async function receiversOf(
  transaction: StoreTransaction,
  accountId: string,
  event: StoredEvent,
  to: readonly string[] | undefined,
): Promise<readonly Webhook[]> {
  const webhooks = await transaction.webhooks(accountId);
  const named = to && namedWebhooks(webhooks, to);
  const wanted = event.request
    ? [await inboxListener(transaction, accountId, event, webhooks, named)]
    : (named ?? webhooks.filter((webhook) => webhook.enabled && wantsType(webhook, event.type)));
  const off = wanted.find(({ enabled }) => !enabled);
  if (off) throw webhookOff(off.id);
  return wanted;
}

/**
 * The webhooks of these ids, each once.
 *
 * @throws {CalReplyError} NotFound when one is none, Conflict when one is off
 */
function namedWebhooks(webhooks: readonly Webhook[], ids: readonly string[]): readonly Webhook[] {
  return [...new Set(ids)].map((id) => {
    const webhook = webhooks.find((one) => one.id === id);
    if (!webhook) throw unknownWebhook(id, webhooks);
    if (!webhook.enabled) throw webhookOff(id);
    return webhook;
  });
}

/** A request is passed on with its own headers, signature and path, which mean something to the one it was sent to only. */
async function inboxListener(
  transaction: StoreTransaction,
  accountId: string,
  event: StoredEvent,
  webhooks: readonly Webhook[],
  named: readonly Webhook[] | undefined,
): Promise<Webhook> {
  const { items } = await transaction.notifications(accountId, { eventId: event.id, limit: 1 });
  const [{ webhookId, webhookUrl } = { webhookId: '', webhookUrl: '' }] = items;
  const listener = webhooks.find(({ id }) => id === webhookId);
  if (!listener) {
    throw new CalReplyError(
      'Conflict',
      `The listener ${webhookUrl} that event ${event.id} came in at was removed; send the request itself again to the inbox of a new one.`,
    );
  }

  if (named?.some(({ id }) => id !== webhookId)) {
    throw new CalReplyError(
      'Conflict',
      `Event ${event.id} is a request that came in at the inbox of ${webhookUrl}, and can be sent again to that one only: --to ${webhookId}`,
    );
  }

  return listener;
}
