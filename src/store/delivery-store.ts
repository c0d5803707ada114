import type { DeliveryOrder } from '../model/listener.js';
import type { Attempt } from '../model/notification.js';
import type { StoredEvent, WebhookSecrets } from './records.js';

/** What the delivery engine asks of the store. */
export interface DeliveryStore {
  /** Takes notifications that are due, so that nobody else does. */
  claim(request: ClaimRequest): Promise<ClaimResult>;
  /** Keeps the outcome of an attempt. False when the claim had been lost: then nothing is kept. */
  recordAttempt(record: AttemptRecord): Promise<boolean>;
  /** Gives a claimed notification back unattempted, due as it was, so that it keeps its place. */
  releaseClaim(claim: string, notificationId: string): Promise<void>;
  /** How long what could be attempted has been due. */
  oldestDue(request: OldestDueRequest): Promise<OldestDue>;
  /** Lengthens every claim held under `claim`. */
  renewClaims(claim: string, until: number): Promise<void>;
  /** Frees what was claimed by somebody who stopped renewing; all claims when `now` is undefined. Returns how many. */
  freeClaims(now?: number): Promise<number>;
  /** Moves what is due, and lets retry schedules begin anew, when the date was set: see {@link ClockJump}. */
  moveTimes(jump: ClockJump): Promise<void>;
}

/**
 * The date was set while time went on. What was to be sent in five seconds is to be sent in five seconds still, and not
 * tomorrow, nor all at once. Times in milliseconds.
 */
export interface ClockJump {
  /** The latest time known before it. */
  readonly before: number;
  /** The time after it. */
  readonly now: number;
  /** How far the date was set forward, or back when negative; 0 when that is not known, since nobody was looking. */
  readonly by: number;
  /** Nothing is due later than this from now. */
  readonly longestWait: number;
}

export interface ClaimRequest {
  /** Names the claiming process; results are taken only under the same name. */
  readonly claim: string;
  readonly now: number;
  readonly until: number;
  /** At most this many to URLs. Listeners are bounded by their window alone: theirs may be held for as long as an app is down. */
  readonly limit: number;
  /** At most this many in flight to one URL, those claimed before included. */
  readonly perWebhook: number;
  /** The listeners whose tunnel ends in this process; others' notifications are left alone. */
  readonly reachableListeners: readonly ReachableListener[];
}

/** A listener whose tunnel is up, and how it takes what comes. */
export interface ReachableListener {
  readonly id: string;
  /** At most this many in flight to it, those claimed before included. */
  readonly window: number;
  /** Of these types alone are any taken for now; null for all. */
  readonly types: readonly string[] | null;
  /** `listener`: only the oldest that is pending is taken, when it is due, and the next when that one has ended. */
  readonly order: DeliveryOrder;
}

export interface OldestDueRequest {
  readonly now: number;
  /** A webhook with this many in flight has its share of the engine: what else it has waits for its receiver. */
  readonly share: number;
  readonly reachableListeners: readonly ReachableListener[];
}

/** When the oldest fell due of what is due and not in flight, at webhooks that are on and listeners that are here; or null. */
export interface OldestDue {
  readonly dueAt: number | null;
  /** The same, at the webhooks that have less than their share. */
  readonly unservedDueAt: number | null;
}

export interface ClaimResult {
  readonly claimed: readonly ClaimedNotification[];
  /** When the next one falls due, or null: nothing waits for a time. */
  readonly nextDueAt: number | null;
}

/** A notification with all that is needed to attempt it. */
export interface ClaimedNotification {
  readonly id: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** The same, counted from the last retry by hand on: the retry schedule starts anew with it. */
  readonly scheduleAttempt: number;
  /** When the first attempt of the schedule started, or null before it. */
  readonly firstAttemptAt: number | null;
  /** When it was accepted. */
  readonly createdAt: number;
  readonly webhook: WebhookSecrets & {
    readonly id: string;
    readonly accountId: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly listenerId: string | null;
    /** The secrets of another webhook that sign as well, and first; null when there are none. */
    readonly signAs: WebhookSecrets | null;
  };
  readonly event: Pick<StoredEvent, 'id' | 'type' | 'isTest' | 'body' | 'request'>;
}

export interface AttemptRecord {
  readonly claim: string;
  readonly notificationId: string;
  readonly attempt: Attempt;
  /** What becomes of the notification: the time of its next attempt, or its end. */
  readonly next: { readonly status: 'pending'; readonly dueAt: number } | { readonly status: 'delivered' | 'failed' };
  /** Turn the webhook off, for this reason. */
  readonly disableWebhook?: string;
}
