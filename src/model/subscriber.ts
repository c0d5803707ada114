import { NO_FACTS, type SubscriberFacts } from './subscription-change.js';
import type { SubscriptionPeriod } from './subscription-period.js';

/** One person in all of their subscriptions, as events tell of them. What they said last counts. */
export interface Subscriber extends Omit<SubscriberFacts, 'calendarCode' | 'tags'> {
  /** Whether they are subscribed to a calendar now. */
  readonly isActive: boolean;
  /** The codes of the calendars they are subscribed to; of those they were, when they are to none. In alphabetical order. */
  readonly calendars: readonly string[];
  /** The tags they chose there. */
  readonly tags: readonly string[];
  /** How many subscriptions they have or had. */
  readonly subscriptions: number;
  /** When an event first told of them, and last. In milliseconds since 1970. */
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

/** So many calendars and tags of one subscriber are told: nobody has more, and what is kept of one is to stay small. */
const MOST_NAMES = 1_000;

/** Puts the periods of one subscriber together, in whatever order they come. */
export class SubscriberFold {
  readonly #active = new Names();
  readonly #ended = new Names();
  readonly #subscriptions = new Set<string>();
  #isActive = false;
  #count = 0;
  #first = Infinity;
  #last = -Infinity;
  readonly #facts: Record<string, SubscriberFacts[keyof SubscriberFacts]> = { ...NO_FACTS };
  readonly #toldAt = new Map<string, number>();
  #camePlace = Infinity;
  #came: Campaign = { utmSource: null, utmMedium: null, utmCampaign: null };

  add(period: SubscriptionPeriod): void {
    const { facts, subscribedAt, endedAt, toldAt } = period;
    const isActive = endedAt === null;
    (isActive ? this.#active : this.#ended).add(facts);
    this.#isActive ||= isActive;
    this.#countSubscription(period.subscriptionId);
    const first = subscribedAt ?? endedAt ?? toldAt;
    this.#first = Math.min(this.#first, first);
    this.#last = Math.max(this.#last, first, endedAt ?? -Infinity, toldAt);
    this.#tell(facts, toldAt);
    if (first >= this.#camePlace) return;
    const { utmSource, utmMedium, utmCampaign } = facts;
    this.#camePlace = first;
    this.#came = { utmSource, utmMedium, utmCampaign };
  }

  subscriber(): Subscriber {
    const { calendars, tags } = this.#isActive ? this.#active : this.#ended;
    const { calendarCode: _, tags: __, ...facts } = this.#facts as unknown as SubscriberFacts;
    return {
      ...facts,
      ...this.#came,
      isActive: this.#isActive,
      calendars: [...calendars].sort(),
      tags: [...tags].sort(),
      subscriptions: this.#count,
      firstSeenAt: this.#first,
      lastSeenAt: this.#last,
    };
  }

  #tell(facts: SubscriberFacts, at: number): void {
    for (const [name, fact] of Object.entries(facts)) {
      if (fact === null || at < (this.#toldAt.get(name) ?? -Infinity)) continue;
      this.#facts[name] = fact as SubscriberFacts[keyof SubscriberFacts];
      this.#toldAt.set(name, at);
    }
  }

  /** Those of one subscription come one after the other, mostly; counted are as many as are remembered. */
  #countSubscription(id: string): void {
    if (this.#subscriptions.has(id)) return;
    if (this.#subscriptions.size < MOST_NAMES) this.#subscriptions.add(id);
    this.#count += 1;
  }
}

type Campaign = Pick<SubscriberFacts, 'utmSource' | 'utmMedium' | 'utmCampaign'>;

class Names {
  readonly calendars = new Set<string>();
  readonly tags = new Set<string>();

  add({ calendarCode, tags }: SubscriberFacts): void {
    if (calendarCode !== null && this.calendars.size < MOST_NAMES) this.calendars.add(calendarCode);
    for (const tag of tags ?? []) if (this.tags.size < MOST_NAMES) this.tags.add(tag);
  }
}
