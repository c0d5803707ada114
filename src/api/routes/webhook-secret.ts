import type { FastifyInstance } from 'fastify';
import { newWebhookSecret } from '../../util/ids.js';
import type { AppOptions } from '../app-options.js';
import { API, RotatedSecret, RotateSecret } from '../contract.js';
import { webhookResource } from '../resources.js';
import { bodyMayBeAbsent } from '../validation.js';
import { existingWebhook } from './webhooks.js';

/** How long both secrets sign after a rotation: a day to bring the new one to the receiver. In milliseconds. */
const OVERLAP = 24 * 60 * 60_000;

/** `POST /v1/webhooks/{id}/rotate-secret` */
export function webhookSecretRoutes(app: FastifyInstance, { store, clock }: AppOptions, done: () => void): void {
  app.post<{ Params: { id: string }; Body: RotateSecret }>(
    `${API}/webhooks/:id/rotate-secret`,
    {
      schema: {
        summary: 'Give a webhook a new secret; for 24 hours the old one signs as well',
        tags: ['webhooks'],
        body: RotateSecret,
        response: { 200: RotatedSecret },
      },
      preValidation: bodyMayBeAbsent,
    },
    async ({ account, params, body }) => {
      const secret = newWebhookSecret();
      const oldUntil = body.now === true ? null : clock.now() + OVERLAP;
      const webhook = await store.write(async (transaction) => {
        const { id } = await existingWebhook(transaction, account.id, params.id);
        await transaction.rotateSecret(id, secret, oldUntil);
        return existingWebhook(transaction, account.id, id);
      });
      return { ...webhookResource(webhook, clock.now()), secret };
    },
  );
  done();
}
