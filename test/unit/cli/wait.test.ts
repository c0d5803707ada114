import { describe, expect, test } from 'vitest';
import type { NotificationDetails, NotificationResource } from '../../../src/api/contract.js';
import { countsOf, deliveryFailure, isAwaited, waitForNew, waitForNotifications } from '../../../src/cli/wait.js';
import { CalReplyError } from '../../../src/errors.js';
import { FakeClock } from '../../helpers/fake-clock.js';
import { settle } from '../../helpers/settle.js';

type State = Pick<NotificationResource, 'id' | 'status' | 'attemptCount' | 'blockedBy'>;

const state = (id: string, changes: Partial<State> = {}): State => ({
  id,
  status: 'pending',
  attemptCount: 0,
  blockedBy: null,
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
  const lose = (error: Error) => {
    api.notification = () => Promise.reject(error);
  };
  return { api, asked, set, lose, clock: new FakeClock(0) };
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

  expect(await waiting).toEqual({
    notifications: [state('a', { status: 'failed', attemptCount: 4 }), state('b', { attemptCount: 1 })],
    failure: undefined,
  });
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

  expect((await waiting).notifications.map(({ status }) => status)).toEqual(['delivered', 'pending']);
});

test('of what was made just now, what is not waited for stays as it was made', async () => {
  const tried = state('a', { attemptCount: 1 });
  const { api, asked } = service(tried);
  const listener = state('b', { blockedBy: 'listener_away' });

  // The answer of a trigger that was made again tells of an attempt already: there need not be another.
  const made = resources(tried, listener);
  const { notifications: now } = await waitForNew(api, made, { wait: false, servesItself: true });

  expect(now).toEqual([tried, listener]);
  expect(asked).toEqual(['a']);
});

describe('when the service goes away during the wait', () => {
  const unreachable = new CalReplyError('ServiceUnreachable', 'Nothing answers.');

  test('what was seen last is returned with the failure', async () => {
    const { api, set, lose, clock } = service(state('a'), state('b'));
    const waiting = waitForNotifications(api, [state('a'), state('b')], clock);
    await settle();
    set('a', { status: 'delivered', attemptCount: 1 });
    await clock.advance(300, settle);
    lose(unreachable);
    await clock.advance(300, settle);

    expect(await waiting).toEqual({
      notifications: [state('a', { status: 'delivered', attemptCount: 1 }), state('b')],
      failure: unreachable,
    });
  });

  test('what was made just now and never seen again is returned as it was made', async () => {
    const { api, lose } = service();
    lose(unreachable);
    const made = resources(state('a'), state('b', { blockedBy: 'webhook_off' }));

    const waited = await waitForNew(api, made, { wait: true, servesItself: false });

    expect(waited).toEqual({ notifications: made, failure: unreachable });
  });

  test('what nobody foresaw is thrown', async () => {
    const { api, lose, clock } = service();
    lose(new TypeError('id is undefined'));
    await expect(waitForNotifications(api, [state('a')], clock)).rejects.toThrow('id is undefined');
  });
});

describe('a command waits', () => {
  test.each([
    ['for what can be sent with --wait', { wait: true, servesItself: false }, true],
    ['for nothing without', { wait: false, servesItself: false }, false],
    ['for what can be sent when the service ends with it', { wait: false, servesItself: true }, true],
  ])('%s', (_, waiting, expected) => {
    expect(isAwaited({ blockedBy: null }, waiting)).toBe(expected);
    for (const blockedBy of ['webhook_off', 'listener_away'] as const)
      expect(isAwaited({ blockedBy }, waiting)).toBe(false);
  });
});

test('what nothing will come of is looked at once, and a tunnel that breaks on the way is waited for', async () => {
  const { api, asked, set, clock } = service(state('a', { blockedBy: 'listener_away' }), state('b'), state('c'));
  const waiting = waitForNotifications(api, [state('a'), state('b'), state('c')], clock);
  await settle();
  set('b', { blockedBy: 'listener_away' });
  set('c', { blockedBy: 'webhook_off' });
  await clock.advance(300, settle);
  set('b', { status: 'delivered', attemptCount: 1 });
  await clock.advance(300, settle);

  expect((await waiting).notifications.map(({ status }) => status)).toEqual(['pending', 'delivered', 'pending']);
  expect(asked).toEqual(['a', 'b', 'c', 'b', 'c', 'b']);
});

describe('a command that waited fails', () => {
  const delivered = state('a', { status: 'delivered' });
  const failed = state('b', { status: 'failed', blockedBy: 'webhook_off' });
  const waits = state('c', { blockedBy: 'listener_away' });
  const failure = (isNamed: boolean, ...states: State[]) => deliveryFailure(countsOf(resources(...states)), isNamed);

  test('when one was not delivered, and says how many and names the first', () => {
    expect(failure(false, delivered)).toBeUndefined();
    expect(failure(false)).toBeUndefined();
    expect(failure(false, delivered, state('d'), failed)).toMatchObject({
      code: 'NotificationFailed',
      message: 'Not delivered: 2 of 3 notifications.',
      hint: 'See why: calreply notifications show d',
    });
  });

  test('for what waits for its listener only when that was named, or nothing was delivered', () => {
    expect(failure(false, delivered, waits)).toBeUndefined();
    expect(failure(true, delivered, waits)).toMatchObject({ message: 'Not delivered: 1 of 2 notifications.' });
    expect(failure(false, waits)).toMatchObject({ message: 'Not delivered: 1 of 1 notification.' });
    expect(failure(false, delivered, waits, failed)).toMatchObject({
      message: 'Not delivered: 1 of 3 notifications; 1 wait.',
      hint: 'See why: calreply notifications show b',
    });
  });
});
