import { lookupText } from './event-facts.js';
import type { SubscriberFacts, SubscriptionChange } from './subscription-change.js';

/**
 * From when to when somebody was subscribed, as events tell it. One subscription has several periods when it ended and began
 * again.
 *
 * Events may come more than once, and those of the newest period, or one that ends the period before it, in any order: the
 * times in them settle what was before what. What comes of a period that others followed already is taken for known.
 */
export interface SubscriptionPeriod {
  readonly subscriptionId: string;
  /** 1, 2 and so on, of one subscription. */
  readonly number: number;
  /** When it began; null while no event told. In milliseconds since 1970, as all times here. */
  readonly subscribedAt: number | null;
  /** The last time at which somebody was told to have subscribed while it went on: an end before that is not its last word. */
  readonly renewedAt: number | null;
  /** Null while it goes on. */
  readonly endedAt: number | null;
  /** When the facts were told: what is older only fills in what is missing. 0 while only an end was told, which tells few. */
  readonly toldAt: number;
  readonly facts: SubscriberFacts;
}

/**
 * What a change makes of the periods of its subscription.
 *
 * @param newest the one with the greatest number, if there is any; older ones are settled
 * @returns those that are new or changed, in their order
 */
export function changedPeriods(
  newest: SubscriptionPeriod | undefined,
  change: SubscriptionChange,
): readonly SubscriptionPeriod[] {
  if (!newest) return [begun(change, 1)];
  const known = withFacts(newest, change);
  switch (change.kind) {
    case 'subscribed':
      return subscribed(known, change);
    case 'unsubscribed':
      return unsubscribed(known, change);
    case 'updated':
      return [known];
  }
}

/** Who somebody is in all of their subscriptions: their e-mail address, else their id, else just this subscription. */
export function subscriberKey({ facts, subscriptionId }: Pick<SubscriptionPeriod, 'facts' | 'subscriptionId'>): string {
  return lookupText((facts.subscriberEmail?.toLowerCase() ?? facts.subscriberId) || subscriptionId);
}

function begun({ kind, subscriptionId, at, facts }: SubscriptionChange, number: number): SubscriptionPeriod {
  const subscribedAt = kind === 'subscribed' ? at : null;
  const endedAt = kind === 'unsubscribed' ? at : null;
  return {
    subscriptionId,
    number,
    subscribedAt,
    renewedAt: subscribedAt,
    endedAt,
    toldAt: toldAt({ kind, at }),
    facts,
  };
}

function subscribed(period: SubscriptionPeriod, change: SubscriptionChange): readonly SubscriptionPeriod[] {
  const { at } = change;
  if (period.endedAt !== null && at > period.endedAt) return [begun(change, period.number + 1)];
  if (period.subscribedAt === null) return [{ ...period, subscribedAt: at, renewedAt: at }];
  // Told again; or it began earlier than was told first, where there is no period before it.
  const subscribedAt = period.number === 1 ? Math.min(period.subscribedAt, at) : period.subscribedAt;
  return [{ ...period, subscribedAt, renewedAt: Math.max(period.renewedAt ?? at, at) }];
}

function unsubscribed(period: SubscriptionPeriod, { at }: SubscriptionChange): readonly SubscriptionPeriod[] {
  // Told again, or of an earlier period.
  if (period.endedAt !== null || (period.subscribedAt !== null && at < period.subscribedAt)) return [period];
  const ended = { ...period, endedAt: at };
  if (period.renewedAt === null || period.renewedAt <= at) return [ended];
  // They subscribed again after this end, which was told before it.
  const { renewedAt } = period;
  const again = { ...period, number: period.number + 1, subscribedAt: renewedAt };
  return [{ ...ended, renewedAt: period.subscribedAt }, again];
}

function withFacts(period: SubscriptionPeriod, change: SubscriptionChange): SubscriptionPeriod {
  const at = toldAt(change);
  if (at < period.toldAt) return { ...period, facts: filledIn(period.facts, change.facts) };
  const cleared = Object.fromEntries(change.cleared.map((name) => [name, null]));
  return { ...period, toldAt: at, facts: { ...filledIn(change.facts, period.facts), ...cleared } };
}

function toldAt({ kind, at }: Pick<SubscriptionChange, 'kind' | 'at'>): number {
  return kind === 'unsubscribed' ? 0 : at;
}

function filledIn(facts: SubscriberFacts, missing: SubscriberFacts): SubscriberFacts {
  return { ...missing, ...Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== null)) };
}
