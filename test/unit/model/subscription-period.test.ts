import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_FACTS, type SubscriberFacts, type SubscriptionChange } from '../../../src/model/subscription-change.js';
import { changedPeriods, subscriberKey, type SubscriptionPeriod } from '../../../src/model/subscription-period.js';

function change(
  kind: SubscriptionChange['kind'],
  at: number,
  facts: Partial<SubscriberFacts> = {},
): SubscriptionChange {
  return { kind, subscriptionId: 's', at, facts: { ...NO_FACTS, ...facts }, cleared: [] };
}

/** The periods that changes in this order come to. */
function periodsOf(...changes: readonly SubscriptionChange[]): readonly SubscriptionPeriod[] {
  const periods = new Map<number, SubscriptionPeriod>();
  let last: SubscriptionPeriod | undefined;
  for (const one of changes)
    for (const period of changedPeriods(last, one)) periods.set(period.number, (last = period));
  return [...periods.values()];
}

const timesOf = (...changes: readonly SubscriptionChange[]) =>
  periodsOf(...changes).map(({ subscribedAt, endedAt }) => [subscribedAt, endedAt]);

test('who subscribes and unsubscribes has one period, and who does so again another', () => {
  const began = change('subscribed', 1);
  const ended = change('unsubscribed', 2);
  expect(timesOf(began)).toEqual([[1, null]]);
  expect(timesOf(began, ended)).toEqual([[1, 2]]);
  expect(timesOf(began, ended, change('subscribed', 3))).toEqual([
    [1, 2],
    [3, null],
  ]);
});

test('an end that comes before its beginning still ends it', () => {
  expect(timesOf(change('unsubscribed', 2), change('subscribed', 1))).toEqual([[1, 2]]);
});

test('an end that comes after the next beginning ends the period before', () => {
  const changes = [change('subscribed', 1), change('subscribed', 3), change('unsubscribed', 2)];
  expect(timesOf(...changes)).toEqual([
    [1, 2],
    [3, null],
  ]);
});

test('a beginning that was told after a later one counts', () => {
  expect(timesOf(change('subscribed', 3), change('subscribed', 1))).toEqual([[1, null]]);
});

test('what an update takes back is not known any more, and what comes late does not bring it again', () => {
  const takenBack = { ...change('updated', 5), cleared: ['marketingAllowed' as const] };
  const [period] = periodsOf(change('subscribed', 1, { marketingAllowed: true, zipCode: '94110' }), takenBack);
  expect(period?.facts).toMatchObject({ marketingAllowed: null, zipCode: '94110' });
});

test('an update of a subscription that nobody heard of says that it is there, and not since when', () => {
  expect(timesOf(change('updated', 5))).toEqual([[null, null]]);
  expect(timesOf(change('updated', 5), change('subscribed', 1))).toEqual([[1, null]]);
});

test('a period comes out the same in whatever order its events come, and however often', () => {
  const events = [
    change('subscribed', 1, { utmSource: 'newsletter', zipCode: '94110' }),
    change('updated', 2, { zipCode: '98101' }),
    change('unsubscribed', 3),
  ];
  const inOrder = periodsOf(...events);
  expect(inOrder).toMatchObject([{ facts: { utmSource: 'newsletter', zipCode: '98101' } }]);
  const orders = fc.array(fc.constantFrom(...events), { maxLength: 10 }).map((more) => [...more]);
  fc.assert(
    fc.property(orders, fc.shuffledSubarray(events, { minLength: 3 }), (again, all) => {
      expect(periodsOf(...all, ...again)).toEqual(inOrder);
    }),
  );
});

test('what was told last counts, and what was told before fills in what is missing', () => {
  const [period] = periodsOf(
    change('updated', 5, { zipCode: '98101', tags: [] }),
    change('subscribed', 1, { zipCode: '94110', tags: ['Hawks'], subscriberEmail: 'dana@example.com' }),
  );
  expect(period?.facts).toMatchObject({ zipCode: '98101', tags: [], subscriberEmail: 'dana@example.com' });
});

test('somebody is who their e-mail address says, else their id, else just a subscription', () => {
  const keyOf = (facts: Partial<SubscriberFacts>) =>
    subscriberKey({ subscriptionId: 's', facts: { ...NO_FACTS, ...facts } });
  expect(keyOf({ subscriberEmail: 'Dana@Example.com', subscriberId: 'd1' })).toBe('dana@example.com');
  expect(keyOf({ subscriberId: 'd1' })).toBe('d1');
  expect(keyOf({})).toBe('s');
});
