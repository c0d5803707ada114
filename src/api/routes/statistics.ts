import type { FastifyInstance } from 'fastify';
import { Turns } from '../../util/turns.js';
import type { AppOptions } from '../app-options.js';
import { API, NotificationStatistics, StatisticsQuery } from '../contract.js';
import { statisticsResource } from '../resources.js';
import { checkNames, statisticsFilter } from './filters.js';

/** So many at once for an account, the others wait: of a long history that was not counted yet they take seconds. */
const AT_ONCE = 2;

/** `/v1/notifications/stats`: the notification history in figures. */
export function statisticsRoute(app: FastifyInstance, { store }: Pick<AppOptions, 'store'>, done: () => void): void {
  const turns = new Turns(AT_ONCE);
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
    async ({ account, query }, reply) => {
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const { signal } = gone;
      const filter = statisticsFilter(query);
      await checkNames(store, account.id, filter);
      try {
        const count = () => store.notificationStatistics(account.id, filter, signal);
        return statisticsResource(filter, await turns.take(count, { key: account.id, signal }));
      } catch (error) {
        if (!signal.aborted) throw error;
        // Nobody is there to be answered.
        return reply.hijack();
      }
    },
  );
  done();
}
