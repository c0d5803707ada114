import type { ApiClient } from '../../src/api/client.js';
import type { NotificationQuery, NotificationResource } from '../../src/api/contract.js';
import { eventually } from './eventually.js';

/** Waits until nothing is pending any more, up to `limit` milliseconds. */
export async function drained(api: ApiClient, limit = 60_000): Promise<void> {
  const query = { status: 'pending', limit: 1 } as const;
  await eventually(
    'nothing to be pending',
    async () => (await api.notifications(query)).notifications.length === 0,
    limit,
  );
}

/** Every notification that `query` finds, page by page. */
export async function wholeHistory(api: ApiClient, query: NotificationQuery = {}): Promise<NotificationResource[]> {
  const all: NotificationResource[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.notifications({ limit: 1000, ...query, ...(cursor !== undefined && { cursor }) });
    all.push(...page.notifications);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}
