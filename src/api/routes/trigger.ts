import type { FastifyInstance } from 'fastify';
import { CalReplyError } from '../../errors.js';
import { MOST_NOTIFICATIONS } from '../../store/store.js';
import type { AppOptions } from '../app-options.js';
import { BODY_LIMIT, tooLarge } from '../body-limit.js';
import { API, EventToTrigger, TriggerAnswer, TriggerEvent, TriggerHeaders } from '../contract.js';
import { callKey, checkSameRequest } from '../idempotency.js';
import { notificationResource } from '../resources.js';
import { atPlace, triggeredBefore, triggeringOf, type Triggered } from '../triggering.js';

/** The largest body of a call with many events, in bytes. */
const BATCH_LIMIT = 4 * 1024 * 1024;

/** `POST /v1/events`: triggering an event for a test, or up to a thousand at once. */
export function triggerRoute(app: FastifyInstance, options: AppOptions, done: () => void): void {
  const { store, clock, wake } = options;
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string', bodyLimit: BATCH_LIMIT },
    (request, text, parsed) => {
      // Fastify's parser calls back, whatever its type says.
      void parse(request, text, (error, body: unknown) => {
        const isLarge = text.length > BODY_LIMIT / 4 && Buffer.byteLength(text) > BODY_LIMIT;
        parsed(error ?? (isLarge && !isBatch(body) ? tooLarge(BODY_LIMIT) : null), body);
      });
    },
  );
  app.post<{ Body: TriggerEvent; Headers: TriggerHeaders }>(
    `${API}/events`,
    {
      bodyLimit: BATCH_LIMIT,
      schema: {
        summary: 'Trigger a test event: a sample of a type, or an Event Object of your own; or up to 1,000 of them',
        tags: ['events'],
        headers: TriggerHeaders,
        body: TriggerEvent,
        response: { 200: TriggerAnswer, 201: TriggerAnswer },
      },
    },
    async ({ account, body, headers }, reply) => {
      checkOneOrMany(body);
      const answer = (triggered: readonly Triggered[]) => answerOf(body, triggered, options);
      const created = (triggered: readonly Triggered[]) => {
        if (!body.events) reply.header('location', `${API}/events/${triggered[0]?.event.eventId}`);
        // By its schema, which is a choice of two, writing a large answer would take longer than making the event.
        void reply.serializer(JSON.stringify).type('application/json; charset=utf-8');
        return reply.status(201).send(answer(triggered));
      };
      const replayed = async (eventIds: readonly string[]) => {
        reply.header('idempotent-replayed', 'true');
        return created(await triggeredBefore(store, account, eventIds));
      };

      const key = body.dryRun ? undefined : callKey(headers['idempotency-key'], body);
      const before = key && (await store.keyedCall(account.id, key.key));
      if (before) {
        checkSameRequest(key, before);
        // It may have been committed a moment ago, and not be on the disk yet.
        await store.synced();
        return replayed(before.eventIds);
      }

      const triggering = await triggeringOf(store, account, body, clock.now());
      if (body.dryRun) return answer(triggering.triggered([]));
      const { events } = triggering;
      const outcome = await store.acceptEvents({ accountId: account.id, key, events });
      if (outcome.kind === 'accepted') {
        wake();
        return created(triggering.triggered(outcome.notifications));
      }

      if (outcome.kind === 'event-exists') {
        const { index } = outcome;
        const id = events[index]?.event.id ?? '';
        const isTwice = events.slice(0, index).some(({ event }) => event.id === id);
        throw atPlace(body, index, isTwice ? twiceInCall(id) : eventExists(id));
      }

      if (outcome.kind === 'too-many') throw tooManyNotifications(events.length, outcome.notifications);

      // Another call under the same key came first, while this one was looking.
      if (key) checkSameRequest(key, outcome);
      return replayed(outcome.eventIds);
    },
  );
  done();
}

/** Only many events together may be large. */
function isBatch(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'events' in body;
}

/** @throws {CalReplyError} InvalidRequest for a call that is half of each */
function checkOneOrMany(body: TriggerEvent): void {
  const other = Object.keys(EventToTrigger.properties).find((name) => name in body);
  if (body.events && other !== undefined) {
    throw new CalReplyError('InvalidRequest', `Give either events, for many, or ${other}, for one.`);
  }
}

function answerOf(body: TriggerEvent, triggered: readonly Triggered[], options: AppOptions): TriggerAnswer {
  if (body.events) {
    return {
      events: triggered.map(({ event: { eventId, eventType }, notifications }) => {
        return { eventId, eventType, notificationIds: notifications.map(({ id }) => id) };
      }),
    };
  }

  const [only] = triggered;
  if (!only) throw new CalReplyError('NotFound', 'The event of this Idempotency-Key is not kept any more.');
  const { event, notifications } = only;
  return { event, notifications: notifications.map((one) => notificationResource(one, options)) };
}

function tooManyNotifications(events: number, notifications: number): CalReplyError {
  return new CalReplyError(
    'TooLarge',
    `The ${events} events would be ${notifications} notifications, and one call makes ${MOST_NOTIFICATIONS} at most. Send fewer events, or name webhooks with “to”. Nothing was kept.`,
  );
}

function twiceInCall(eventId: string): CalReplyError {
  return new CalReplyError('Conflict', `An earlier event of this call has the eventId ${eventId} as well.`);
}

function eventExists(eventId: string): CalReplyError {
  return new CalReplyError(
    'Conflict',
    `There is an event ${eventId} already. Leave eventId out to have a new one made.`,
  );
}
