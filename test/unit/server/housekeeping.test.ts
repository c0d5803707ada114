import { expect, onTestFinished, test } from 'vitest';
import { startHousekeeping, type HousekeepingOptions } from '../../../src/server/housekeeping.js';
import type { Store } from '../../../src/store/store.js';
import { attemptDue } from '../../helpers/attempts.js';
import { FakeClock } from '../../helpers/fake-clock.js';
import { account, accept, addWebhook, openStore } from '../../helpers/open-store.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Lets the steps of a chore run that are due: what a real store writes waits for the disk, one after the other. */
async function settle(store: HousekeepingOptions['store'] | Store): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    for (let tick = 0; tick < 3; tick += 1) await new Promise((resolve) => setImmediate(resolve));
    if ('write' in store) await store.write(() => Promise.resolve());
  }
}

function start(options: Pick<HousekeepingOptions, 'store'> & Partial<HousekeepingOptions>) {
  const clock = new FakeClock();
  const errors: unknown[] = [];
  const housekeeping = startHousekeeping({ clock, keep: 30 * DAY, onError: (error) => errors.push(error), ...options });
  onTestFinished(() => housekeeping.stop());
  return { clock, errors, housekeeping, advance: (ms: number) => clock.advance(ms, () => settle(options.store)) };
}

async function storeWithHistory(now: number) {
  const store = await openStore();
  const webhook = await addWebhook(store);
  for (const [id, age] of Object.entries({ old: 40 * DAY, 'almost old': 30 * DAY - HOUR / 2, young: DAY })) {
    await accept(store, { id, createdAt: now - age }, webhook);
    await attemptDue(store, now - age);
  }

  const left = async () => (await store.events(account.id, { limit: 10 })).items.map(({ id }) => id);
  return { store, left };
}

test('what is older than is kept goes soon after the start, and what gets as old goes within the hour', async () => {
  const { store, left } = await storeWithHistory(new FakeClock().now());
  const { advance } = start({ store });
  await advance(15_000);
  expect(await left()).toEqual(['young', 'almost old']);
  await advance(HOUR);
  expect(await left()).toEqual(['young']);
});

test('for ever, nothing goes', async () => {
  const { store, left } = await storeWithHistory(new FakeClock().now());
  const { advance } = start({ store, keep: null });
  await advance(HOUR);
  expect(await left()).toHaveLength(3);
});

/** Chores that take one step each time, and note it. */
function noted() {
  const steps: string[] = [];
  const failure: { error: Error | undefined } = { error: undefined };
  async function* step(name: string, count: number) {
    for (let number = 0; number < count; number += 1) {
      await Promise.resolve();
      if (failure.error) throw failure.error;
      steps.push(name);
      yield number;
    }
  }

  const foldEvents = () => step('fold', 0);
  return {
    steps,
    failure,
    store: { removeOld: () => step('remove', 3), countHistory: () => step('count', 1), foldEvents },
  };
}

test('steps have a rest between them, in which everybody else has their turn', async () => {
  const { steps, store } = noted();
  const { advance } = start({ store });
  await advance(10_000);
  expect(steps).toEqual(['count', 'remove']);
  await advance(20);
  expect(steps).toEqual(['count', 'remove', 'remove']);
});

test('a failure is told once until it is over, and the chore goes on', async () => {
  const { steps, failure, store } = noted();
  const { advance, errors } = start({ store, keep: null });
  failure.error = new Error('The disk is full.');
  await advance(10 * 60_000);
  expect(errors).toEqual([failure.error]);
  failure.error = undefined;
  await advance(60_000);
  expect(steps.length).toBeGreaterThan(0);
  failure.error = new Error('Full again.');
  await advance(10 * 60_000);
  expect(errors).toHaveLength(2);
});

test('stops between two steps, and leaves no timer', async () => {
  const { steps, store } = noted();
  const { advance, clock, housekeeping } = start({ store });
  await advance(10_000);
  await housekeeping.stop();
  expect(clock.timerCount).toBe(0);
  await advance(HOUR);
  expect(steps).toEqual(['count', 'remove']);
});
