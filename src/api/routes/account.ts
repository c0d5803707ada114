import type { FastifyInstance } from 'fastify';
import type { AppOptions } from '../app-options.js';
import { AccountResource, API } from '../contract.js';

/** `GET /v1/account`: who am I, and what are my calendars? */
export function accountRoutes(app: FastifyInstance, { store }: AppOptions, done: () => void): void {
  app.get(
    `${API}/account`,
    { schema: { summary: 'The account of this access token', tags: ['account'], response: { 200: AccountResource } } },
    async ({ account }) => ({ ...account, calendars: await store.calendars(account.id) }),
  );
  done();
}
