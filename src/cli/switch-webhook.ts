import type { ApiClient } from '../api/client.js';
import type { WebhookResource } from '../api/contract.js';
import { forWebhook } from './for-webhook.js';

/** A webhook that was turned on or off. */
export interface Switched {
  readonly before: WebhookResource;
  readonly webhook: WebhookResource;
  /** Its notifications that are not finished, as far as there were some when it was turned. */
  readonly waiting: number;
}

/**
 * Turns a webhook on or off, by its id or URL.
 *
 * @throws {CalReplyError} NotFound, WrongUse
 */
export function switchWebhook(
  api: Pick<ApiClient, 'webhooks' | 'webhook' | 'changeWebhook' | 'notificationStatistics'>,
  named: string,
  enabled: boolean,
): Promise<Switched> {
  return forWebhook(api, named, async (id) => {
    const before = await api.webhook(id);
    // Counted first: what waited is on its way as soon as the webhook is on.
    const { total } = await api.notificationStatistics({ webhook: id, status: 'pending' });
    return { before, webhook: await api.changeWebhook(id, { enabled }), waiting: total.pending };
  });
}
