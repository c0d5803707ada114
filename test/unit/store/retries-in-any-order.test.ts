import fc from 'fast-check';
import { expect, test } from 'vitest';
import { account, addWebhook, newEvent, openStore } from '../../helpers/open-store.js';
import type { AttemptRecord, ClaimRequest } from '../../../src/store/store.js';

/** A step of anything that can happen to the notifications of two subscriptions at one webhook. */
type Step =
  | { readonly kind: 'accept'; readonly key: (typeof KEYS)[number] }
  | { readonly kind: 'claim'; readonly limit: number }
  | { readonly kind: 'record'; readonly which: number; readonly next: 'pending' | 'delivered' | 'failed' }
  | { readonly kind: 'release' | 'retry'; readonly which: number }
  | { readonly kind: 'restart' };

const KEYS = ['dana', 'sam'] as const;
const which = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('accept' as const), key: fc.constantFrom(...KEYS) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('claim' as const), limit: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('record' as const),
      which,
      next: fc.constantFrom('pending', 'delivered', 'failed'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('retry' as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), which }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' } as const) },
);

test('whatever happens in whatever order, one of a subscription has its turn, and everything ends', async () => {
  const store = await openStore();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), async (steps) => {
      const webhook = await addWebhook(store);
      const accepted: string[] = [];
      const tries = new Map<string, number>();
      const inFlight = new Set<string>();
      let now = 1000;
      const pick = (ids: readonly string[], index: number) => ids[index % Math.max(ids.length, 1)];

      const take = async (changes: Partial<ClaimRequest>) => {
        const request = { claim: 'a', now, until: now + 1000, limit: 100, perWebhook: 100, reachableListeners: [] };
        for (const { id } of (await store.claim({ ...request, ...changes })).claimed) inFlight.add(id);
      };
      const finish = async (id: string, next: AttemptRecord['next']) => {
        inFlight.delete(id);
        const number = (tries.get(id) ?? 0) + 1;
        tries.set(id, number);
        const attempt = { number, startedAt: now, durationMs: 0, status: 200, error: null, answer: '', location: null };
        expect(await store.recordAttempt({ claim: 'a', notificationId: id, attempt, next })).toBe(true);
      };
      const run = async (one: Step) => {
        now += 10;
        switch (one.kind) {
          case 'accept': {
            const event = newEvent({ subscriptionId: one.key, createdAt: now });
            const [id] = await store.write((transaction) => transaction.acceptEvent(event, [webhook.id]));
            accepted.push(id ?? '');
            return;
          }
          case 'claim':
            return take({ limit: one.limit });
          case 'record': {
            const id = pick([...inFlight], one.which);
            if (id !== undefined)
              await finish(id, one.next === 'pending' ? { status: 'pending', dueAt: now + 25 } : { status: one.next });
            return;
          }
          case 'release': {
            const id = pick([...inFlight], one.which);
            if (id === undefined) return;
            inFlight.delete(id);
            return store.releaseClaim('a', id);
          }
          case 'retry': {
            const id = pick(accepted, one.which);
            if (id === undefined) return;
            await store.write((transaction) => transaction.retryNotifications(account.id, [id], now));
            return;
          }
          case 'restart':
            inFlight.clear();
            await store.freeClaims();
        }
      };
      const pendingOnes = async () => {
        const filter = { status: 'pending', webhookId: webhook.id, limit: 1000 } as const;
        return (await store.notifications(account.id, filter)).items.toReversed();
      };
      const check = async () => {
        const all = await pendingOnes();
        for (const key of KEYS) {
          const pending = all.filter(({ subscriptionId }) => subscriptionId === key);
          const inTurn = pending.filter(({ nextAttemptAt }) => nextAttemptAt !== null).map(({ id }) => id);
          const expected = pending.find(({ id }) => inFlight.has(id)) ?? pending[0];
          expect(inTurn).toEqual(expected ? [expected.id] : []);
        }
      };

      for (const one of steps) {
        await run(one);
        await check();
      }

      for (let round = 0; round < 60 && (await pendingOnes()).length > 0; round += 1) {
        now += 100;
        await take({});
        for (const id of [...inFlight]) await finish(id, { status: 'delivered' });
      }

      expect(await pendingOnes()).toEqual([]);
    }),
    { numRuns: 25 },
  );
  // Each of its steps waits for the disk.
}, 30_000);
