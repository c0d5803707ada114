import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CalReplyError } from '../../errors.js';
import type { Clock } from '../../util/clock.js';
import type { AppOptions } from '../app-options.js';
import { API, AttemptEntry, NotificationResource, NotificationStreamQuery } from '../contract.js';
import { beforeLastEntries } from '../last-entries.js';
import { notificationStream } from '../notification-stream.js';
import { checkNames, streamFilter } from './filters.js';

/** A reader that takes nothing for so long is let go, in milliseconds; it may come back to where it was. */
const LONGEST_STALL = 60_000;

const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // Nginx would keep back what is small.
  'x-accel-buffering': 'no',
  // What comes after a stream is not worth a connection that a stop of the service waits for.
  connection: 'close',
};

/** `/v1/notifications/stream`: the notification history as it grows. */
export function notificationStreamRoutes(
  app: FastifyInstance,
  { store, clock, isConnected }: Pick<AppOptions, 'store' | 'clock' | 'isConnected'>,
  done: () => void,
): void {
  const open = new Set<() => void>();
  let isStopping = false;
  app.addHook('preClose', (ended) => {
    isStopping = true;
    for (const end of open) end();
    ended();
  });

  app.get<{ Querystring: NotificationStreamQuery; Headers: { 'last-event-id'?: string } }>(
    `${API}/notifications/stream`,
    {
      exposeHeadRoute: false,
      schema: {
        summary: 'The notification history as it grows, oldest first, as Server-Sent Events',
        description: 'See docs/http-api.md.',
        tags: ['notifications'],
        querystring: NotificationStreamQuery,
        headers: Type.Object({
          'last-event-id': Type.Optional(
            Type.String({ description: 'Goes on after this event, whatever `since` says.' }),
          ),
        }),
        response: {
          200: {
            description: 'Events: notification, attempt and place; the data of the first two.',
            content: { 'text/event-stream': { schema: Type.Union([NotificationResource, AttemptEntry]) } },
          },
        },
      },
    },
    async ({ account, clientId, query, headers }, reply) => {
      if (isStopping) throw new CalReplyError('ServiceUnavailable', 'The service stops. Try again soon.');
      refuseEnd(query);
      const filter = streamFilter(query);
      await checkNames(store, account.id, filter);
      const ending = new AbortController();
      const end = () => {
        ending.abort();
        // What its reader does not take would be waited for.
        if (reply.raw.writableNeedDrain) reply.raw.destroy();
      };
      // Before anything is waited for: neither a stop nor a reader that leaves meanwhile may be missed.
      open.add(end);
      reply.raw.once('close', () => {
        open.delete(end);
        ending.abort();
      });
      // By the specification an empty one is none.
      const after = headers['last-event-id'] || undefined;
      const { signal } = ending;
      const { start, since } =
        query.last === undefined || after !== undefined
          ? { start: await store.streamStart({ after, since: filter.since }), since: filter.since }
          : await beforeLastEntries(store, account.id, filter, { last: query.last, signal });
      const told = { ...filter, since };
      const text = notificationStream({
        store,
        clock,
        isConnected,
        accountId: account.id,
        clientId,
        start,
        filter: told,
        signal,
      });
      return reply.headers(HEADERS).send(Readable.from(unlessStalled(text, reply.raw, clock)));
    },
  );
  done();
}

/** What a list knows and a stream does not. Ignored, it would look as if it were heeded. */
function refuseEnd(query: object): void {
  const name = ['until', 'limit', 'cursor'].find((one) => one in query);
  if (name === undefined) return;
  throw new CalReplyError('InvalidRequest', `A stream has no end, so it takes no ${name}.`);
}

/** Breaks the connection of a reader that does not take what it is given. */
async function* unlessStalled(parts: AsyncIterable<string>, answer: ServerResponse, clock: Clock) {
  for await (const part of parts) {
    const cancel = clock.after(LONGEST_STALL, () => answer.destroy());
    try {
      yield part;
    } finally {
      cancel();
    }
  }
}
