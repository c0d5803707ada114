import { expect, test } from 'vitest';
import type { Notification } from '../../src/model/notification.js';
import type { Store } from '../../src/store/store.js';
import { seededRandom } from '../../src/util/seeded-random.js';
import { answered, newEngine, refused } from '../helpers/engine.js';
import { account, accept, addWebhook } from '../helpers/open-store.js';
import { wholeFaults } from '../helpers/whole-faults.js';

const DAY = 24 * 3_600_000;
const KEPT = 30 * DAY;
const DAYS = wholeFaults ? 200 : 45;
const A_DAY = wholeFaults ? 20 : 3;

/**
 * Months of a service in use, with what is older than 30 days removed all the while: receivers that answer, that fail
 * more often than not, and one that is off for five weeks, with all that is sent to it waiting.
 */
test('kept for 30 days: what goes was finished for longer, and nothing that is pending ever goes', async () => {
  const engine = await newEngine();
  const { store, clock } = engine;
  const random = seededRandom(30);
  const webhooks = [await addWebhook(store), await addWebhook(store), await addWebhook(store)] as const;
  const [good, , off] = webhooks;
  engine.answer = ({ message }) => {
    if (message.notification.webhook.id === good.id) return answered(200);
    return random() < 0.6 ? refused : answered(random() < 0.5 ? 200 : 500);
  };
  const worker = engine.start();
  const turn = (enabled: boolean) => store.write((transaction) => transaction.changeWebhook(off.id, { enabled }));

  const accepted = new Set<string>();
  const gone = new Set<string>();
  let known = new Map<string, Notification>();
  for (let day = 0; day < DAYS; day += 1) {
    if (day === 2) await turn(false);
    if (day === 37) await turn(true);
    const removal = removeOld(store, clock.now() - KEPT);
    for (let count = 0; count < A_DAY; count += 1) {
      const subscriptionId = random() < 0.5 ? `subscription ${count}` : null;
      for (const webhook of webhooks) {
        accepted.add(await accept(store, { createdAt: clock.now(), subscriptionId }, webhook));
      }
    }

    worker.wake();
    await engine.settle();
    await removal;
    await engine.advance(DAY);

    const left = await everyNotification(store);
    for (const id of accepted) {
      if (left.has(id) || gone.has(id)) continue;
      gone.add(id);
      // Removed since the day before: it was finished then, and for longer than is kept.
      expect(known.get(id)?.status).toMatch(/delivered|failed/);
      expect(known.get(id)?.finishedAt).toBeLessThan(clock.now() - DAY - KEPT);
    }

    known = left;
  }

  // What waited for the receiver that was off was sent to it, and stays its thirty days from then on.
  const waited = [...known.values()].filter(({ createdAt }) => createdAt < clock.now() - KEPT - DAY);
  if (DAYS < 60) expect(waited.length).toBeGreaterThan(0);
  // Ids of one millisecond are in no order, so that a walk may leave the last it comes to for that of the next day.
  expect(waited.every(({ finishedAt }) => (finishedAt ?? Infinity) >= clock.now() - KEPT - 2 * DAY)).toBe(true);
  expect(gone.size).toBeGreaterThan(A_DAY);
  const { total } = await store.notificationStatistics(account.id, {});
  expect(total.sent).toBe(accepted.size - gone.size);
  expect(engine.errors).toEqual([]);
});

async function removeOld(store: Store, before: number): Promise<void> {
  for await (const _ of store.removeOld(before)) await new Promise((resolve) => setImmediate(resolve));
}

async function everyNotification(store: Store): Promise<Map<string, Notification>> {
  const found = new Map<string, Notification>();
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await store.notifications(account.id, { limit: 1000, cursor });
    for (const notification of page.items) found.set(notification.id, notification);
    cursor = page.nextCursor;
  }

  return found;
}
