import { eventFacts } from '../../../model/event-facts.js';
import { isSuccess } from '../../../model/notification.js';
import { inboxPath, type HeaderList } from '../../../model/request.js';
import type { SignatureCheck } from '../../../tunnel/local/verifying.js';
import type { ForwardOutcome } from '../../../tunnel/local/forward.js';
import type { Rehearsal } from '../../../tunnel/listening.js';
import type { Deliver } from '../../../tunnel/protocol.js';
import { eventObjectOf } from '../event-object.js';

/** One delivery as it is listed: what came in, and what the local app made of it. */
export interface Exchange {
  /** Counts the deliveries of this run, from 1. */
  readonly number: number;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
  /** The notification, `ntf_…`. */
  readonly id: string;
  readonly attempt: number;
  readonly type: string;
  readonly isTest: boolean;
  readonly signature: SignatureCheck;
  readonly calendarTitle: string | null;
  readonly subscriberEmail: string | null;
  readonly method: string;
  /** Path and query behind the inbox's own URL; empty for Event Objects. */
  readonly path: string;
  /** Null when it had to make room for newer ones. */
  readonly content: Content | null;
  /** Null while it is on its way. */
  readonly outcome: ForwardOutcome | null;
  /** What routes answered whose answers change nothing; null for what was not sent to one. */
  readonly mirrored: readonly (ForwardOutcome | null)[];
  readonly rehearsed: readonly Rehearsed[];
  /** What a filter looks in, in small letters. */
  readonly searched: string;
}

export interface Content {
  readonly headers: HeaderList;
  readonly body: Buffer;
}

/** How a handler did when its negative path was tried. */
export interface Rehearsed {
  readonly rehearsal: Rehearsal;
  readonly outcome: ForwardOutcome | null;
  readonly passed: boolean;
}

/** No column is as wide, and whatever is made of a text takes its time. */
const LONGEST_TEXT = 300;

export function exchangeOf(delivery: Deliver, signature: SignatureCheck, number: number, at: number): Exchange {
  const facts = eventFacts(eventObjectOf(delivery.body) ?? { eventDetails: {} });
  const type = bounded(delivery.event.type);
  const calendarTitle = facts.calendarTitle && bounded(facts.calendarTitle);
  const subscriberEmail = facts.subscriberEmail && bounded(facts.subscriberEmail);
  const path = bounded(inboxPath(delivery));
  return {
    number,
    at,
    id: bounded(delivery.id),
    attempt: delivery.attempt,
    type,
    isTest: delivery.event.isTest,
    signature,
    calendarTitle,
    subscriberEmail,
    method: bounded(delivery.method),
    path,
    // A copy: the body of a delivery is a part of something larger, which would be kept with it.
    content: { headers: delivery.headers, body: Buffer.from(delivery.body) },
    outcome: null,
    mirrored: [],
    rehearsed: [],
    searched: [type, calendarTitle, subscriberEmail, delivery.id, delivery.event.id, path].join(' ').toLowerCase(),
  };
}

/** How an exchange stands: `waiting` while nothing came back, `failed` for every end that is not 2xx. */
export function standingOf({ outcome }: Pick<Exchange, 'outcome'>): 'waiting' | 'answered' | 'failed' {
  if (outcome === null) return 'waiting';
  return outcome.kind === 'answered' && isSuccess(outcome.status) ? 'answered' : 'failed';
}

/** The HTTP status of the answer; null when there was none, undefined while it is waited for. */
export function statusOf({ outcome }: Exchange): number | null | undefined {
  if (outcome === null) return undefined;
  return outcome.kind === 'answered' ? outcome.status : null;
}

function bounded(text: string): string {
  return text.slice(0, LONGEST_TEXT);
}
