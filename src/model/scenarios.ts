import { removedDateTimeUtc } from './event.js';
import type { EventType } from './event-types.js';

/** Sequences of events that a handler meets sooner or later, each to be tried on purpose. */
export const SCENARIOS = ['churn', 'duplicate', 'out-of-order', 'burst'] as const;

export type Scenario = (typeof SCENARIOS)[number];

/** What each one does, and what it proves about a handler that comes through it. */
export const SCENARIO_TEXTS: Readonly<Record<Scenario, { readonly does: string; readonly proves: string }>> = {
  churn: {
    does: 'One person subscribes, changes details, unsubscribes and subscribes again, always the same subscription.',
    proves: 'Your handler ends with one active subscription, and the new details.',
  },
  duplicate: {
    does: 'One event is sent, and then sent again with the same eventId.',
    proves: 'Your handler does its work once.',
  },
  'out-of-order': {
    does: 'An Unsubscribe comes first, then the Subscribe and a SubscriptionDetailsUpdated that happened before it.',
    proves: 'Your handler leaves the person unsubscribed: it goes by the times in the events.',
  },
  burst: {
    does: '--count (100) different people subscribe, as fast as the service takes it.',
    proves: 'Your handler answers in time under load, and loses nobody.',
  },
};

/** One sending: a sample of a type with some of its values replaced, or the event before it once more. */
export type ScenarioStep =
  | { readonly kind: 'trigger'; readonly type: EventType; readonly set: Readonly<Record<string, string>> }
  | { readonly kind: 'resend' };

const MINUTE = 60_000;

/**
 * The steps of one run through a scenario, in the order in which they are sent. Samples of one seed are about the same
 * person and subscription, so all steps take the same seed.
 *
 * @param now when the last of it happened, in milliseconds since 1970
 */
export function scenarioSteps(scenario: Scenario, now: number): readonly ScenarioStep[] {
  switch (scenario) {
    case 'churn':
      return [
        subscribed(now - 30 * MINUTE),
        detailsUpdated(now - 30 * MINUTE),
        unsubscribed(now - 10 * MINUTE),
        subscribed(now, MOVED),
      ];
    case 'duplicate':
      return [subscribed(now), { kind: 'resend' }];
    case 'out-of-order':
      return [unsubscribed(now), subscribed(now - 30 * MINUTE), detailsUpdated(now - 30 * MINUTE)];
    case 'burst':
      return [subscribed(now)];
  }
}

/** Nobody in the samples lives there, so that the change is seen. */
const MOVED = { 'subscription.zipCode': '98101', 'subscription.timezone': 'Pacific Standard Time' };

/** @param at when the subscription was made */
function subscribed(at: number, details: Readonly<Record<string, string>> = {}): ScenarioStep {
  return { kind: 'trigger', type: 'Subscribe', set: { ...created(at), ...details } };
}

/** Says since when the subscription exists and no more: CalReply's event has no time of the update itself. */
function detailsUpdated(createdAt: number): ScenarioStep {
  return { kind: 'trigger', type: 'SubscriptionDetailsUpdated', set: { ...created(createdAt), ...MOVED } };
}

function unsubscribed(at: number): ScenarioStep {
  return {
    kind: 'trigger',
    type: 'Unsubscribe',
    set: { 'subscription.removedDateTimeUtc': removedDateTimeUtc(at) },
  };
}

function created(at: number): Readonly<Record<string, string>> {
  return { 'subscription.createdDateTimeUtc': new Date(at).toISOString() };
}
