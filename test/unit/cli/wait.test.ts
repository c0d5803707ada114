import { describe, expect, test } from 'vitest';
import type { NotificationDetails, NotificationResource } from '../../../src/api/contract.js';
import { deliveryFailure, waitForNew, waitForNotifications, waitsFor } from '../../../src/cli/wait.js';
import { FakeClock } from '../../helpers/fake-clock.js';
import { settle } from '../../helpers/settle.js';

type State = Pick<NotificationResource, 'id' | 'status' | 'attemptCount' | 'webhookUrl'>;

const state = (id: string, changes: Partial<State> = {}): State => ({
  id,
  status: 'pending',
  attemptCount: 0,
  webhookUrl: 'https://example.com/hooks',
  ...changes,
});

/** A service whose notifications a test changes. */
function service(...states: State[]) {
  const known = new Map(states.map((one) => [one.id, one]));
  const asked: string[] = [];
  const api = {
    notification(id: string) {
      asked.push(id);
      return Promise.resolve({ ...known.get(id), attempts: [] } as unknown as NotificationDetails);
    },
  };
  const set = (id: string, changes: Partial<State>) => known.set(id, state(id, changes));
  return { api, asked, set, clock: new FakeClock(0) };
}

const resources = (...states: State[]) => states as unknown as NotificationResource[];

test('a notification that was tried before is waited for until it is tried once more', async () => {
  const { api, asked, set, clock } = service(state('a', { attemptCount: 3 }), state('b'));
  const waiting = waitForNotifications(api, [state('a', { attemptCount: 3 }), state('b')], clock);
  await settle();
  set('b', { attemptCount: 1 });
  await clock.advance(300, settle);
  set('a', { status: 'failed', attemptCount: 4 });
  await clock.advance(300, settle);

  expect(await waiting).toEqual([state('a', { status: 'failed', attemptCount: 4 }), state('b', { attemptCount: 1 })]);
  // What was tried is not asked for again.
  expect(asked).toEqual(['a', 'b', 'a', 'b', 'a']);
});

test('after 30 s in which nothing moved, what is left is told as it is', async () => {
  const { api, set, clock } = service(state('a'), state('b'));
  const waiting = waitForNotifications(api, [state('a'), state('b')], clock);
  await clock.advance(25_000, settle);
  set('a', { status: 'delivered', attemptCount: 1 });
  await clock.advance(29_000, settle);
  let isOver = false;
  void waiting.then(() => (isOver = true));
  await settle();
  expect(isOver).toBe(false);
  await clock.advance(2_000, settle);

  expect((await waiting).map(({ status }) => status)).toEqual(['delivered', 'pending']);
});

test('of what was made just now, what is not waited for stays as it was made', async () => {
  const tried = state('a', { attemptCount: 1 });
  const { api, asked } = service(tried);
  const listener = state('b', { webhookUrl: 'listener:laptop' });

  // The answer of a trigger that was made again tells of an attempt already: there need not be another.
  const made = resources(tried, listener);
  const now = await waitForNew(api, made, { wait: false, servesItself: true });

  expect(now).toEqual([tried, listener]);
  expect(asked).toEqual(['a']);
});

describe('a command waits', () => {
  const webhook = { webhookUrl: 'https://example.com/hooks' };
  const listener = { webhookUrl: 'listener:laptop' };

  test.each([
    ['for everything with --wait', { wait: true, servesItself: false }, true, true],
    ['for nothing without', { wait: false, servesItself: false }, false, false],
    ['for URLs when the service ends with it', { wait: false, servesItself: true }, true, false],
  ])('%s', (_, waiting, forWebhook, forListener) => {
    expect(waitsFor(webhook, waiting)).toBe(forWebhook);
    expect(waitsFor(listener, waiting)).toBe(forListener);
  });
});

test('the failure says how many were not delivered, and names the first', () => {
  const delivered = state('a', { status: 'delivered' });

  expect(deliveryFailure(resources(delivered))).toBeUndefined();
  expect(deliveryFailure(resources(delivered, state('b'), state('c', { status: 'failed' })))).toMatchObject({
    code: 'NotificationFailed',
    message: 'Not delivered: 2 of 3 notifications.',
    hint: 'See why: calreply notifications show b',
  });
});
