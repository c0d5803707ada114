import type { ApiClient } from '../../src/api/client.js';
import type { EventType } from '../../src/model/event-types.js';

/** Makes events for one webhook, one after another, and gives their ids in that order. */
export async function triggerEach(
  api: ApiClient,
  webhookId: string,
  count: number,
  eventType: EventType = 'Test',
): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) ids.push((await api.triggerEvent({ eventType, to: [webhookId] })).event.eventId);
  return ids;
}
