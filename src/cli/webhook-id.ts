import type { ApiClient } from '../api/client.js';
import { CalReplyError } from '../errors.js';
import { parseWebhookUrl } from '../model/webhook-rules.js';

/**
 * The id of the webhook that was named: by its id, or by its URL where one webhook alone has it.
 *
 * @throws {CalReplyError} NotFound; WrongUse for a URL that several have
 */
export async function webhookId(api: Pick<ApiClient, 'webhooks'>, named: string): Promise<string> {
  // No id has a colon in it; a URL has, and so has `listener:laptop`.
  if (!named.includes(':')) return named;
  const url = named.startsWith('listener:') ? named : parseWebhookUrl(named).href;
  const [first, ...others] = (await api.webhooks()).webhooks.filter((webhook) => webhook.url === url);
  if (first === undefined) {
    throw new CalReplyError('NotFound', `There is no webhook of the URL ${url}.`, {
      hint: 'See them with: calreply webhooks list',
    });
  }

  if (others.length === 0) return first.id;
  const ids = [first, ...others].map(({ id, enabled }) => `${id}${enabled ? '' : ' (off)'}`).join(', ');
  throw new CalReplyError('WrongUse', `Several webhooks have the URL ${url}.`, { hint: `Name one by its id: ${ids}.` });
}
