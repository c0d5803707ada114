import type { Logger } from 'pino';
import type { LoginTry } from '../api/auth.js';
import type { EngineCondition } from '../delivery/worker.js';
import { isSuccess } from '../model/notification.js';
import type { AttemptRecord, ClaimedNotification } from '../store/store.js';
import type { Clock } from '../util/clock.js';
import type { Accepted } from './watched-store.js';

export interface ActivityLogOptions {
  readonly logger: Pick<Logger, 'isLevelEnabled'> & Record<'debug' | 'info' | 'warn', Tell>;
  readonly clock: Clock;
  /** What the engine is doing; undefined when it cannot be said. */
  readonly condition: () => Promise<EngineCondition | undefined>;
}

type Tell = (facts: object, message: string) => void;

/** Tells what the service does: at `info` a line each minute and what changes, at `debug` every attempt. */
export interface ActivityLog {
  accepted(accepted: Accepted): void;
  attempted(notification: ClaimedNotification, record: AttemptRecord): void;
  loggedIn(login: LoginTry): void;
  /** Everything since the start. */
  total(): Activity;
  stop(): void;
}

/** How much was done. */
export interface Activity {
  readonly accepted: number;
  readonly delivered: number;
  readonly failed: number;
  readonly retried: number;
  /** Logins, those included that were refused because too many had failed. */
  readonly loginsRefused: number;
}

/** In milliseconds. */
const SUMMARY_EVERY = 60_000;
/** A webhook fails when so many attempts in a row did: one is nothing, and a line for each would be a flood. */
const IN_A_ROW = 5;
/** The form of the client ids that we give. */
const OWN_CLIENT = /^client_[0-9a-z]{16}$/;
/** More webhooks than this that fail are not told apart. */
const MOST_FAILING = 10_000;

export function activityLog({ logger, clock, condition }: ActivityLogOptions): ActivityLog {
  const total = { accepted: 0, delivered: 0, failed: 0, retried: 0, loginsRefused: 0 };
  const failing = new Map<string, { failures: number; since: number }>();
  let before = { ...total };
  let throttlingToldAt = -Infinity;
  let cancel = () => {};

  const summarize = async () => {
    const { accepted, delivered, failed, retried, loginsRefused } = before;
    before = { ...total };
    const past = {
      accepted: total.accepted - accepted,
      delivered: total.delivered - delivered,
      failed: total.failed - failed,
      retried: total.retried - retried,
      loginsRefused: total.loginsRefused - loginsRefused,
    };
    // A night in which nothing happens is no reason for 500 lines.
    if (Object.values(past).every((count) => count === 0)) return;
    const { inFlight, oldestDue, lag } = (await condition()) ?? {};
    logger.info({ ...past, inFlight, oldestDueMs: oldestDue, lagMs: lag }, 'the last minute');
  };
  const everyMinute = () => {
    if (logger.isLevelEnabled('info')) void summarize();
    cancel = clock.after(SUMMARY_EVERY, everyMinute);
  };
  cancel = clock.after(SUMMARY_EVERY, everyMinute);

  const follow = (webhook: string, { attempt: { status, error } }: AttemptRecord) => {
    const known = failing.get(webhook);
    if (isSuccess(status)) {
      failing.delete(webhook);
      if (known && known.failures >= IN_A_ROW) {
        const seconds = Math.round((clock.now() - known.since) / 1000);
        logger.info({ webhook, failures: known.failures, seconds }, 'a webhook works again');
      }
      return;
    }

    const failures = (known?.failures ?? 0) + 1;
    if (failing.size >= MOST_FAILING && !known) return;
    failing.set(webhook, { failures, since: known?.since ?? clock.now() });
    if (failures === IN_A_ROW) logger.info({ webhook, failures, status, error }, 'a webhook fails');
  };

  return {
    accepted({ events }) {
      total.accepted += events.length;
    },
    attempted(notification, record) {
      const { webhook, id, event } = notification;
      const { attempt, next, disableWebhook } = record;
      if (next.status === 'pending') total.retried += 1;
      else total[next.status] += 1;
      // A listener's webhook is the app of somebody at work: it fails and works all day.
      if (webhook.listenerId === null) follow(webhook.id, record);
      if (disableWebhook !== undefined)
        logger.info({ webhook: webhook.id }, 'a webhook was turned off: it answered 410');
      if (!logger.isLevelEnabled('debug')) return;
      const { number, status, error, durationMs } = attempt;
      logger.debug(
        {
          notification: id,
          event: event.id,
          webhook: webhook.id,
          attempt: number,
          status,
          error,
          ms: durationMs,
          then: next.status,
        },
        'attempt',
      );
    },
    loggedIn({ outcome, clientId, address }) {
      if (outcome === 'accepted') return;
      total.loginsRefused += 1;
      const now = clock.elapsed();
      if (outcome === 'refused' || now - throttlingToldAt < SUMMARY_EVERY) return;
      throttlingToldAt = now;
      // Something else may be a secret that somebody typed in its place.
      const client = OWN_CLIENT.test(clientId) ? clientId : undefined;
      logger.warn(
        { client, address },
        'too many logins failed, of this client or from this address: they are slowed down',
      );
    },
    total: () => total,
    stop: () => cancel(),
  };
}
