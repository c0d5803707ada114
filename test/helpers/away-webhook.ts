import type { ApiClient } from '../../src/api/client.js';

/** A webhook whose notifications stay pending: it belongs to a listener that is not connected. It wants Test alone. */
export async function awayWebhook(api: ApiClient, name = 'away'): Promise<string> {
  const { webhookId } = await api.openListener({ name, eventTypes: ['Test'] });
  return webhookId;
}
