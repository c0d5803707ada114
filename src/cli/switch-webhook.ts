import type { ApiClient } from '../api/client.js';
import type { WebhookResource } from '../api/contract.js';
import { pages } from '../util/pages.js';
import { webhookId } from './webhook-id.js';

/** A webhook that was turned on or off. */
export interface Switched {
  readonly before: WebhookResource;
  readonly webhook: WebhookResource;
  /** Its notifications that are not finished, as far as there were some when it was turned; 0 when nothing changed. */
  readonly waiting: number;
}

type Api = Pick<ApiClient, 'webhooks' | 'webhook' | 'changeWebhook' | 'notifications'>;

/**
 * Turns a webhook on or off, by its id or URL.
 *
 * @throws {CalReplyError} NotFound, WrongUse
 */
export async function switchWebhook(api: Api, named: string, enabled: boolean): Promise<Switched> {
  const id = await webhookId(api, named);
  const before = await api.webhook(id);
  // Counted first: what waited is sent as soon as the webhook is on.
  const waiting = before.enabled === enabled ? 0 : await pendingOf(api, id);
  return { before, webhook: await api.changeWebhook(id, { enabled }), waiting };
}

/** By the list, which finds them at once; the statistics would go over the whole history. */
async function pendingOf(api: Api, webhook: string): Promise<number> {
  let found = 0;
  const list = pages((cursor) => api.notifications({ webhook, status: 'pending', limit: 1000, cursor }));
  for await (const { notifications } of list) found += notifications.length;
  return found;
}
