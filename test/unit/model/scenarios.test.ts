import { describe, expect, test } from 'vitest';
import { overrideDetails } from '../../../src/model/event-overrides.js';
import { sampleEvent } from '../../../src/model/event-samples.js';
import { SCENARIOS, scenarioSteps, type Scenario } from '../../../src/model/scenarios.js';
import { account, calendar } from '../../helpers/open-store.js';

const NOW = Date.parse('2026-11-23T12:00:00Z');

interface Details {
  readonly calendarSubscriptionId: string;
  readonly subscription: Readonly<Record<string, string>>;
}

/** The events of a scenario as the service makes them, in the order in which they are sent. */
function events(scenario: Scenario, seed = 7) {
  return scenarioSteps(scenario, NOW).flatMap((step) => {
    if (step.kind === 'resend') return [];
    // The service has a clock of its own.
    const sample = sampleEvent({ type: step.type, account, calendar, seed, now: NOW + 5_000 });
    const { eventType, eventDetails } = overrideDetails(sample, step.set);
    const details = eventDetails as unknown as Details;
    const { createdDateTimeUtc, removedDateTimeUtc } = details.subscription;
    const at = createdDateTimeUtc ?? `${removedDateTimeUtc?.replace(' ', 'T')}Z`;
    return [{ eventType, at: Date.parse(at), ...details }];
  });
}

describe.each(SCENARIOS)('%s', (scenario) => {
  test('is about one person and one subscription, and about others for another seed', () => {
    const ids = new Set(events(scenario).map(({ calendarSubscriptionId }) => calendarSubscriptionId));
    const people = new Set(events(scenario).map(({ subscription }) => subscription.subscriberEmail));
    expect([ids.size, people.size]).toEqual([1, 1]);
    expect(ids).not.toContain(events(scenario, 8)[0]?.calendarSubscriptionId);
  });

  test('happened by now', () => {
    for (const { at } of events(scenario)) expect(at).toBeLessThanOrEqual(NOW);
  });
});

test('churn subscribes, changes, unsubscribes and subscribes again, in the order of its times', () => {
  const churn = events('churn');
  expect(churn.map(({ eventType }) => eventType)).toEqual([
    'Subscribe',
    'SubscriptionDetailsUpdated',
    'Unsubscribe',
    'Subscribe',
  ]);
  const [subscribed, updated, unsubscribed, again] = churn.map(({ at }) => at);
  // An update says since when the subscription exists.
  expect(updated).toBe(subscribed);
  expect(unsubscribed).toBeGreaterThan(subscribed ?? Infinity);
  expect(again).toBeGreaterThan(unsubscribed ?? Infinity);
  const [before, , , after] = churn.map(({ subscription }) => subscription.zipCode);
  expect(after).not.toBe(before);
  expect(churn[1]?.subscription.zipCode).toBe(after);
});

test('duplicate sends one event, and sends it again', () => {
  expect(scenarioSteps('duplicate', NOW).map(({ kind }) => kind)).toEqual(['trigger', 'resend']);
});

test('out-of-order sends the Unsubscribe first, although it happened last', () => {
  const [unsubscribed, ...older] = events('out-of-order');
  expect(unsubscribed?.eventType).toBe('Unsubscribe');
  expect(older.map(({ eventType }) => eventType)).toEqual(['Subscribe', 'SubscriptionDetailsUpdated']);
  for (const { at } of older) expect(at).toBeLessThan(unsubscribed?.at ?? 0);
});

test('burst is one Subscribe, to be repeated', () => {
  expect(events('burst').map(({ eventType }) => eventType)).toEqual(['Subscribe']);
});
