import type { FastifyInstance } from 'fastify';
import { CalReplyError } from '../../errors.js';
import { MOST_NOTIFICATIONS, type PlaceStart } from '../../store/store.js';
import type { AppOptions } from '../app-options.js';
import { API, PlacedListener, PlaceListener } from '../contract.js';
import { unknownListener, unknownNotification } from '../not-found.js';

/** `PUT /v1/listeners/{id}/place`: where in the history a listener goes on. */
export function listenerPlaceRoute(app: FastifyInstance, options: AppOptions, done: () => void): void {
  const { store, clock, wake, isHeld, takeOver } = options;
  app.put<{ Params: { id: string }; Body: PlaceListener }>(
    `${API}/listeners/:id/place`,
    {
      schema: {
        summary: 'Take a listener to another place: skip what waits for it, and send what it wants since then again',
        tags: ['listeners'],
        body: PlaceListener,
        response: { 200: PlacedListener },
      },
    },
    async ({ account, params, body, headers }): Promise<PlacedListener> => {
      const { id } = params;
      const listener = await store.listener(id);
      if (listener?.accountId !== account.id) throw unknownListener(id);
      const start = placeStart(body.start);
      const { webhookId } = listener;
      const outcome = await store.placeListener(
        { accountId: account.id, webhookId, start, now: clock.now() },
        {
          isHeld: () => body.takeover !== true && isHeld(id),
          // Not before: whoever has the listener keeps it when it cannot be taken there.
          onPlaced: () => takeOver(listener, headers['user-agent'] ?? 'another client'),
        },
      );
      switch (outcome.kind) {
        case 'unknown-start':
          throw unknownNotification(body.start);
        case 'listener-removed':
          throw unknownListener(id);
        case 'held':
          throw held(listener.name);
        case 'too-many':
          throw tooMany(body.start);
        case 'placed': {
          wake();
          const { skipped, replayed } = outcome;
          return { skipped, replayed };
        }
      }
    },
  );
  done();
}

/** @throws {CalReplyError} InvalidRequest */
function placeStart(text: string): PlaceStart {
  if (text === 'now') return { kind: 'now' };
  if (text.startsWith('ntf_')) return { kind: 'notification', id: text };
  // `Date.parse` alone finds a date in almost anything.
  const since = TIME.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(since)) return { kind: 'time', since };
  throw new CalReplyError(
    'InvalidRequest',
    `“${text}” is no place to start: that is now, a time such as 2026-11-23T12:00:00Z, or the id of a notification.`,
  );
}

/** With its zone: without one it would be read in that of the service. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i;

function held(name: string): CalReplyError {
  return new CalReplyError('Conflict', `“${name}” is held by another session, which gets what waits for it.`, {
    hint: 'End it first, or take it over: calreply listen --takeover',
  });
}

function tooMany(start: string): CalReplyError {
  const most = MOST_NOTIFICATIONS.toLocaleString('en');
  return new CalReplyError('InvalidRequest', `More than ${most} events since ${start} would be sent again.`, {
    hint: 'Start later, or have the listener want fewer types.',
  });
}
