import { expect, onTestFinished, test } from 'vitest';
import { presence } from '../../../../src/tunnel/service/presence.js';
import { FakeClock } from '../../../helpers/fake-clock.js';
import { account, addWebhook, openStore } from '../../../helpers/open-store.js';

const MINUTE = 60_000;

async function withListener() {
  const store = await openStore();
  const clock = new FakeClock();
  const webhook = await addWebhook(store, { listenerId: 'lst_1' });
  const listener = { id: 'lst_1', name: 'laptop', webhookId: webhook.id, createdAt: 0 };
  await store.write((transaction) => transaction.addListener(account.id, listener));
  /** How it stands, for a service that was killed and has started again. */
  const lastConnectedAt = async () => {
    // Behind what is being written.
    await store.write(() => Promise.resolve());
    const standing = await store.connectListener('lst_1', { at: clock.now(), countUpTo: 0 });
    const { lastConnectedAt: at = null } = standing ?? {};
    // Looking is not connecting: it stands as it stood.
    if (at !== null) await store.markConnected('lst_1', at);
    return at;
  };
  return { store, clock, lastConnectedAt };
}

test('when a listener was last connected is known to the minute while it is, and exactly once it has gone', async () => {
  const { store, clock, lastConnectedAt } = await withListener();
  const start = clock.now();
  const present = presence(store, clock, 'lst_1');
  expect(await present.began()).toEqual({ lastConnectedAt: null, pending: 0 });
  await clock.advance(59_000);
  expect(await lastConnectedAt()).toBe(start);
  await clock.advance(14 * MINUTE);
  expect(await lastConnectedAt()).toBe(start + 14 * MINUTE);
  present.ended();
  expect(await lastConnectedAt()).toBe(start + 14 * MINUTE + 59_000);
  expect(clock.timerCount).toBe(0);

  await clock.advance(3 * MINUTE);
  const again = presence(store, clock, 'lst_1');
  onTestFinished(() => again.ended());
  expect(await again.began()).toEqual({ lastConnectedAt: start + 14 * MINUTE + 59_000, pending: 0 });
});

test('a service that cannot write says nothing of how a listener stood, and keeps its tunnel', async () => {
  const clock = new FakeClock();
  const full = () => Promise.reject(new Error('the disk is full'));
  const store = { connectListener: full, markConnected: full };
  const present = presence(store, clock, 'lst_1');
  expect(await present.began()).toEqual({});
  await clock.advance(5 * MINUTE);
  present.ended();
});
