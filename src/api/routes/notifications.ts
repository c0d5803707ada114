import type { FastifyInstance } from 'fastify';
import type { AppOptions } from '../app-options.js';
import { API, NotificationDetails, NotificationPage, NotificationQuery } from '../contract.js';
import { unknownNotification } from '../not-found.js';
import { attemptResource, notificationResource } from '../resources.js';
import { checkNames, notificationFilter } from './filters.js';

/** `/v1/notifications`: the notification history. */
export function notificationRoutes(app: FastifyInstance, options: AppOptions, done: () => void): void {
  const { store } = options;
  const tags = ['notifications'];

  app.get<{ Querystring: NotificationQuery }>(
    `${API}/notifications`,
    {
      schema: {
        summary: 'The notification history, newest first',
        tags,
        querystring: NotificationQuery,
        response: { 200: NotificationPage },
      },
    },
    async ({ account, query }) => {
      const filter = notificationFilter(query);
      await checkNames(store, account.id, filter);
      const page = await store.notifications(account.id, filter);
      return {
        notifications: page.items.map((one) => notificationResource(one, options)),
        nextCursor: page.nextCursor,
      };
    },
  );

  app.get<{ Params: { id: string } }>(
    `${API}/notifications/:id`,
    { schema: { summary: 'One notification with every attempt', tags, response: { 200: NotificationDetails } } },
    async ({ account, params }) => {
      const notification = await store.notification(account.id, params.id);
      if (!notification) throw unknownNotification(params.id);
      const attempts = await store.attempts(notification.id);
      return { ...notificationResource(notification, options), attempts: attempts.map(attemptResource) };
    },
  );
  done();
}
