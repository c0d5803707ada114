import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CalReplyError } from '../../errors.js';
import { INBOX_TYPE, parseEventType } from '../../model/event-types.js';
import type { HeaderList, InboxRequest } from '../../model/request.js';
import type { NewEvent } from '../../store/store.js';
import { newGuid } from '../../util/ids.js';
import { shellWord } from '../../util/shell-word.js';
import { originOf, type AppOptions } from '../app-options.js';
import { InboxAnswer } from '../contract.js';

/** What a sender of webhooks sends by. A GET is somebody looking, and a browser's own must bring nothing. */
const TAKEN = ['POST', 'PUT', 'PATCH', 'DELETE'];
const REFUSED = ['GET', 'HEAD', 'OPTIONS'];

/**
 * `POST /in/{listener}[/path][?query]`, and the other methods that bring something: whatever is sent here reaches the
 * local app of the listener as it came. Knowing the listener's id is the permission, so that the URL can be pasted into
 * any sender.
 */
export function inboxRoutes(app: FastifyInstance, { store, clock, wake }: AppOptions, done: () => void): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, parsed) => parsed(null, body));
  // Fastify would refuse a type that is not one; here it is the sender's business. What is passed on are the raw headers.
  app.addHook('onRequest', (request, _, next) => {
    request.raw.headers['content-type'] = 'application/octet-stream';
    next();
  });

  const accept = async (request: InboxCall) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const eventId = newGuid();
    const listener = await store.listener(request.params.listener);
    const outcome =
      listener &&
      (await store.acceptEvents({
        accountId: listener.accountId,
        events: [
          {
            event: inboxEvent(eventId, listener.accountId, request, body, clock.now()),
            isNewId: true,
            to: [listener.webhookId],
          },
        ],
      }));
    const notificationId = outcome?.kind === 'accepted' ? outcome.notifications[0]?.[0]?.id : undefined;
    // Also for a listener that was removed meanwhile: the event is kept, and nobody is told.
    if (notificationId === undefined) {
      throw new CalReplyError('NotFound', 'There is no such inbox. `calreply listen` prints the URL of yours.');
    }

    wake();
    return { eventId, notificationId };
  };

  const schema = { summary: 'The public inbox of a listener', tags: ['inbox'], response: { 200: InboxAnswer } };
  app.route({ method: TAKEN, url: '/in/:listener', schema, handler: accept });
  app.route({ method: TAKEN, url: '/in/:listener/*', schema: { hide: true }, handler: accept });
  for (const url of ['/in/:listener', '/in/:listener/*']) {
    app.route({ method: REFUSED, url, schema: { hide: true }, handler: refuse });
  }

  done();
}

function refuse(request: FastifyRequest): never {
  const { method, url } = request;
  throw new CalReplyError('MethodNotAllowed', `This is the inbox of a listener, which takes no ${method}.`, {
    allow: TAKEN,
    hint: `Give this URL to whatever sends webhooks, or try it: curl -d hello ${shellWord(originOf(request) + url)}`,
  });
}

type InboxCall = FastifyRequest<{ Params: { listener: string } }>;

function inboxEvent(id: string, accountId: string, request: InboxCall, body: Buffer, now: number): NewEvent {
  return {
    id,
    accountId,
    type: typeOf(body),
    source: 'inbox',
    // What another service triggered for a test is one here.
    isTest: request.headers['calreply-test'] === 'true',
    subscriptionId: null,
    calendarCode: null,
    createdAt: now,
    body,
    request: inboxRequest(request),
  };
}

function inboxRequest({ method, raw }: InboxCall): InboxRequest {
  const [, path = '', query = ''] = TARGET.exec(raw.url ?? '') ?? [];
  return { method, path, query, headers: headerPairs(raw.rawHeaders) };
}

/**
 * What follows the listener, as it came: the id may be percent-encoded itself, and a proxy may name the whole URL (RFC
 * 9112, section 3.2.2).
 */
const TARGET = /^(?:https?:\/\/[^/?]*)?\/in\/[^/?]*([^?]*)(?:\?(.*))?$/is;

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
