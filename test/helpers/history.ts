import type { ApiClient } from '../../src/api/client.js';
import type { NotificationDetails, NotificationQuery } from '../../src/api/contract.js';
import { waitUntil } from './wait-until.js';

/** The notifications a query finds, oldest first and whole, as soon as all of them are delivered or failed. */
export async function finished(
  api: ApiClient,
  query: NotificationQuery,
  count = 1,
): Promise<readonly NotificationDetails[]> {
  return notificationsThat(`${count} finished`, api, query, (found) => {
    return found.length === count && found.every(({ status }) => status !== 'pending');
  });
}

/** The one notification a query finds, as soon as it had `count` attempts. */
export async function attempted(api: ApiClient, query: NotificationQuery, count = 1): Promise<NotificationDetails> {
  const [only] = await notificationsThat(`${count} attempts`, api, query, (found) => {
    return found.length === 1 && found[0]?.attemptCount === count;
  });
  if (!only) throw new Error('There is no notification.');
  return only;
}

async function notificationsThat(
  what: string,
  api: ApiClient,
  query: NotificationQuery,
  holds: (found: readonly { status: string; attemptCount: number }[]) => boolean,
): Promise<readonly NotificationDetails[]> {
  let ids: readonly string[] = [];
  await waitUntil(`the history has ${what} for ${JSON.stringify(query)}`, async () => {
    const { notifications } = await api.notifications({ limit: 1000, ...query });
    ids = notifications.map(({ id }) => id).reverse();
    return holds(notifications);
  });
  return Promise.all(ids.map((id) => api.notification(id)));
}
