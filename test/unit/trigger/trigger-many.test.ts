import { expect, test } from 'vitest';
import type { ApiClient } from '../../../src/api/client.js';
import { CalReplyError } from '../../../src/errors.js';
import { pace } from '../../../src/trigger/pace.js';
import { repeated } from '../../../src/trigger/plan.js';
import { triggerMany, type TriggerManyOptions } from '../../../src/trigger/trigger-many.js';
import { FakeClock } from '../../helpers/fake-clock.js';

const clock = new FakeClock(0);
const notification = { id: 'ntf_1', blockedBy: null, createdAt: '2026-11-24T00:00:00.000Z' };
const triggered = { event: { eventId: 'one', eventType: 'Test' }, notifications: [notification] };
const unreachable = new CalReplyError('ServiceUnreachable', 'Nothing answers.');

/** Sends one event to a service that is lost as soon as it has taken it. */
const sendAndLose = (changes: Pick<TriggerManyOptions, 'signal' | 'onRetry'>, lost: Error = unreachable) =>
  triggerMany(repeated({ eventType: 'Test' }, 1), {
    api: {
      triggerEvent: () => Promise.resolve(triggered),
      notifications: () => Promise.reject(lost),
    } as unknown as ApiClient,
    clock,
    runId: 'run',
    pace: pace(undefined, clock),
    keepsIds: true,
    awaits: () => true,
    progress: () => ({ update: () => undefined, end: () => undefined }),
    ...changes,
  });

test('^C while a lost service is waited for ends the run without a failure, and what was sent is told', async () => {
  const stop = new AbortController();
  const summary = await sendAndLose({ signal: stop.signal, onRetry: () => stop.abort() });

  expect(summary).toMatchObject({ sent: 1, eventIds: ['one'], interrupted: true });
  expect([summary.failure, summary.outcomes]).toEqual([undefined, undefined]);
});

test('a wait that is refused is the failure of the run, and what was sent is told', async () => {
  const { signal } = new AbortController();
  const refused = new CalReplyError('Unauthorized', 'These credentials were withdrawn.');
  const summary = await sendAndLose({ signal }, refused);

  expect(summary).toMatchObject({ sent: 1, eventIds: ['one'], interrupted: false, failure: refused });
});
