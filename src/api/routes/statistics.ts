import type { FastifyInstance } from 'fastify';
import type { AppOptions } from '../app-options.js';
import { API, NotificationStatistics, StatisticsQuery } from '../contract.js';
import { LongReads } from '../long-reads.js';
import { statisticsResource } from '../resources.js';
import { checkNames, statisticsFilter } from './filters.js';

/** `/v1/notifications/stats`: the notification history in figures. */
export function statisticsRoute(app: FastifyInstance, { store }: Pick<AppOptions, 'store'>, done: () => void): void {
  const reads = new LongReads();
  app.get<{ Querystring: StatisticsQuery }>(
    `${API}/notifications/stats`,
    {
      schema: {
        summary: 'The notification history in figures, by type, webhook and calendar',
        tags: ['notifications'],
        querystring: StatisticsQuery,
        response: { 200: NotificationStatistics },
      },
    },
    async (request, reply) => {
      const { account, query } = request;
      const filter = statisticsFilter(query);
      await checkNames(store, account.id, filter);
      return reads.answer(request, reply, async (signal) =>
        statisticsResource(filter, await store.notificationStatistics(account.id, filter, signal)),
      );
    },
  );
  done();
}
