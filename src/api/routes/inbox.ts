import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CalReplyError } from '../../errors.js';
import { INBOX_TYPE, parseEventType } from '../../model/event-types.js';
import type { HeaderList, InboxRequest } from '../../model/request.js';
import { newGuid } from '../../util/ids.js';
import type { AppOptions } from '../app-options.js';
import { InboxAnswer } from '../contract.js';

/**
 * `POST /in/{listener}[/path][?query]`: whatever is sent here reaches the local app of the listener as it came. Knowing
 * the listener's id is the permission, so that the URL can be pasted into any sender.
 */
export function inboxRoutes(app: FastifyInstance, { store, clock, wake }: AppOptions, done: () => void): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, parsed) => parsed(null, body));
  // Fastify would refuse a type that is not one; here it is the sender's business. What is passed on are the raw headers.
  app.addHook('onRequest', (request, _, next) => {
    request.raw.headers['content-type'] = 'application/octet-stream';
    next();
  });

  const accept = async (request: FastifyRequest<{ Params: { listener: string } }>) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const eventId = newGuid();
    const [notificationId] = await store.write(async (transaction) => {
      // Looked up in the same transaction: a listener removed just before would leave this pending for ever.
      const listener = await transaction.listener(request.params.listener);
      if (!listener)
        throw new CalReplyError('NotFound', 'There is no such inbox. `calreply listen` prints the URL of yours.');
      return transaction.acceptEvent(
        {
          id: eventId,
          accountId: listener.accountId,
          type: typeOf(body),
          source: 'inbox',
          isTest: false,
          subscriptionId: null,
          calendarCode: null,
          createdAt: clock.now(),
          body,
          request: inboxRequest(request),
        },
        [listener.webhookId],
      );
    });
    wake();
    return { eventId, notificationId };
  };

  const schema = { summary: 'The public inbox of a listener', tags: ['inbox'], response: { 200: InboxAnswer } };
  app.post<{ Params: { listener: string } }>('/in/:listener', { schema }, accept);
  app.post<{ Params: { listener: string } }>('/in/:listener/*', { schema: { hide: true } }, accept);
  done();
}

function inboxRequest({ method, raw, params }: FastifyRequest<{ Params: { listener: string } }>): InboxRequest {
  const url = raw.url ?? '';
  const mark = url.indexOf('?');
  const wholePath = mark === -1 ? url : url.slice(0, mark);
  return {
    method,
    path: wholePath.slice(`/in/${params.listener}`.length),
    query: mark === -1 ? '' : url.slice(mark + 1),
    headers: headerPairs(raw.rawHeaders),
  };
}

function headerPairs(raw: readonly string[]): HeaderList {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) pairs.push([raw[i] ?? '', raw[i + 1] ?? '']);
  return pairs;
}

/** CalReply's own webhooks can point here, so an Event Object is known by its type in the history. */
function typeOf(body: Buffer): string {
  try {
    const parsed = JSON.parse(body.toString('utf8')) as { eventType?: unknown } | null;
    return (typeof parsed?.eventType === 'string' && parseEventType(parsed.eventType)) || INBOX_TYPE;
  } catch {
    return INBOX_TYPE;
  }
}
