import type { FastifyInstance } from 'fastify';
import { CalReplyError } from '../../errors.js';
import { testEvent } from '../../model/event-samples.js';
import { isSuccess } from '../../model/notification.js';
import { newGuid, newTimeId } from '../../util/ids.js';
import type { AppOptions } from '../app-options.js';
import { API, TestWebhook, WebhookTest } from '../contract.js';
import { bodyMayBeAbsent } from '../validation.js';
import { storedEvent } from './events.js';
import { existingWebhook } from './webhooks.js';

/** `POST /v1/webhooks/{id}/test` */
export function webhookTestRoutes(app: FastifyInstance, { store, clock, probe }: AppOptions, done: () => void): void {
  app.post<{ Params: { id: string } }>(
    `${API}/webhooks/:id/test`,
    {
      schema: {
        summary: 'Send a Test event right away, once, and tell what happened',
        tags: ['webhooks'],
        body: TestWebhook,
        response: { 200: WebhookTest },
      },
      preValidation: bodyMayBeAbsent,
    },
    async ({ account, params }): Promise<WebhookTest> => {
      const { id, url, headers, enabled, listenerId } = await existingWebhook(store, account.id, params.id);
      const secrets = await store.webhookSecrets(account.id, id);
      if (listenerId !== null || !secrets) {
        throw new CalReplyError('Conflict', `${id} belongs to a listener: its tunnel has no connection to look at.`);
      }

      const event = testEvent(newGuid(), account);
      const stored = storedEvent(account, event, { source: 'trigger', now: clock.now() });
      const notificationId = newTimeId('ntf', stored.createdAt);
      const { attempt, ...seen } = await probe.send({
        id: notificationId,
        attempt: 1,
        scheduleAttempt: 1,
        firstAttemptAt: null,
        createdAt: stored.createdAt,
        webhook: { id, accountId: account.id, url, headers, listenerId, ...secrets, signAs: null },
        event: stored,
      });
      const { status, error, answer, location } = attempt;
      // Kept when it is over, so that at no moment there is something that the engine could deliver as well.
      await store.write((transaction) =>
        transaction.recordTest(stored, {
          id: notificationId,
          webhookId: id,
          status: isSuccess(status) ? 'delivered' : 'failed',
          attempt,
        }),
      );
      return {
        webhookId: id,
        url,
        enabled,
        event: { ...event, eventDetails: { ...event.eventDetails } },
        notificationId,
        status,
        error,
        answer,
        location,
        ...seen,
        headers: seen.headers.map((header) => [...header]),
      };
    },
  );
  done();
}
