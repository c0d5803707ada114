import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AnsweredRequest, Metrics } from '../api/app-options.js';
import type { LoginTry } from '../api/auth.js';
import type { EngineCondition } from '../delivery/worker.js';
import { DELIVERY_ERRORS } from '../model/delivery-error.js';
import type { AttemptRecord, ClaimedNotification, Store } from '../store/store.js';
import type { Accepted } from './watched-store.js';

export interface MetricsOptions {
  readonly version: string;
  readonly isPublic: boolean;
  readonly store: Pick<Store, 'pendingCount'>;
  /** What the engine is doing; undefined when it cannot be said. */
  readonly condition: () => Promise<EngineCondition | undefined>;
  readonly connectedListeners: () => number;
}

/** The figures of a service, and how it is told what they count. */
export interface ServiceMetrics extends Metrics {
  readonly accepted: (accepted: Accepted) => void;
  readonly attempted: (notification: ClaimedNotification, record: AttemptRecord) => void;
  readonly loggedIn: (login: LoginTry) => void;
  readonly answered: (answer: AnsweredRequest) => void;
  readonly engineFailed: () => void;
}

/**
 * Counts what the service does, for Prometheus. No figure has a label by webhook or account: each would be a time series
 * for each of thousands, for ever. `calreply notifications stats` has them.
 */
export function serviceMetrics(options: MetricsOptions): ServiceMetrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name: `calreply_${name}`, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Gauge({ name: `calreply_${name}`, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]) =>
    new Histogram({ name: `calreply_${name}`, help, buckets, labelNames, registers });

  gauge('build_info', 'Always 1; the label tells the version.', 'version').set({ version: options.version }, 1);
  const events = counter('events_accepted_total', 'Events that were accepted and are on disk.', 'source');
  const made = counter('notifications_accepted_total', 'Notifications that were made, of new events and by resending.');
  const delivered = counter('notifications_delivered_total', 'Notifications that were delivered.');
  const failed = counter('notifications_failed_total', 'Notifications that were given up.');
  const retried = counter('notifications_retried_total', 'Attempts that failed and are followed by another.');
  const disabled = counter('webhooks_disabled_total', 'Webhooks that were turned off because they answered 410.');
  const attempts = counter('attempts_total', 'Attempts, by class of status or by why there was none.', 'to', 'outcome');
  const logins = counter('logins_total', 'Logins: accepted, refused, or throttled after too many of these.', 'outcome');
  const engineFailures = counter('engine_failures_total', 'Failures of the delivery engine, such as a full disk.');
  const accepting = histogram('accept_duration_seconds', 'Keeping what was accepted, up to the disk.', FAST);
  const waiting = histogram('first_attempt_delay_seconds', 'From accepting to the first attempt.', SLOW);
  const attempting = histogram('attempt_duration_seconds', 'An attempt, from connecting to its end.', SLOW, 'to');
  const answering = histogram('http_request_duration_seconds', 'Answering a call.', FAST, 'method', 'route', 'status');
  const inFlight = gauge('in_flight', 'Notifications that are being attempted.', 'to');
  const pending = gauge(
    'notifications_pending',
    `Notifications that are neither delivered nor failed, up to ${MOST_COUNTED}.`,
  );
  const oldestDue = gauge('oldest_due_seconds', 'How long the oldest has been due that is not in flight.');
  const lag = gauge(
    'delivery_lag_seconds',
    'How far the engine is behind, receivers left aside: what /ready looks at.',
  );
  const listeners = gauge('listeners_connected', 'Listeners whose tunnel is up.');

  // A series that is there from the start shows its first failure as a rise.
  for (const source of ['service', 'trigger', 'inbox']) events.inc({ source }, 0);
  for (const outcome of LOGIN_OUTCOMES) logins.inc({ outcome }, 0);
  for (const to of ['url', 'listener']) for (const outcome of OUTCOMES) attempts.inc({ to, outcome }, 0);

  const read = async () => {
    const condition = await options.condition();
    inFlight.set({ to: 'url' }, condition?.inFlight.urls ?? NaN);
    inFlight.set({ to: 'listener' }, condition?.inFlight.listeners ?? NaN);
    oldestDue.set((condition?.oldestDue ?? NaN) / 1000);
    lag.set((condition?.lag ?? NaN) / 1000);
    pending.set(await options.store.pendingCount(MOST_COUNTED).catch(() => NaN));
    listeners.set(options.connectedListeners());
  };

  return {
    contentType: registry.contentType,
    isPublic: options.isPublic,
    async text() {
      await read();
      return `${await registry.metrics()}\n${await processRegistry().metrics()}`;
    },
    accepted({ events: sources, notifications, durationMs }) {
      for (const source of sources) events.inc({ source });
      made.inc(notifications);
      accepting.observe(durationMs / 1000);
    },
    attempted({ firstAttemptAt, attempt: number, createdAt, webhook }, { attempt, next, disableWebhook }) {
      const to = webhook.listenerId === null ? 'url' : 'listener';
      attempts.inc({ to, outcome: outcomeOf(attempt) });
      attempting.observe({ to }, attempt.durationMs / 1000);
      if (firstAttemptAt === null && number === 1) waiting.observe(Math.max(attempt.startedAt - createdAt, 0) / 1000);
      (next.status === 'pending' ? retried : next.status === 'delivered' ? delivered : failed).inc();
      if (disableWebhook !== undefined) disabled.inc();
    },
    loggedIn: ({ outcome }) => logins.inc({ outcome }),
    answered({ method, route, status, durationMs }) {
      // It goes on as long as its reader likes.
      if (route.endsWith('/stream')) return;
      answering.observe({ method, route, status: classOf(status) }, durationMs / 1000);
    },
    engineFailed: () => engineFailures.inc(),
  };
}

/** In seconds. */
const FAST = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** Up to the end of a schedule. */
const SLOW = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 300, 1800];

/** Counting takes 10 ms for this many, in which nothing else goes on. */
const MOST_COUNTED = 100_000;

const LOGIN_OUTCOMES = ['accepted', 'refused', 'throttled'] satisfies LoginTry['outcome'][];

const OUTCOMES = ['2xx', '3xx', '4xx', '5xx', ...Object.keys(DELIVERY_ERRORS)];

function outcomeOf({ status, error }: AttemptRecord['attempt']): string {
  return status === null ? (error ?? 'failed') : classOf(status);
}

function classOf(status: number): string {
  return `${Math.floor(status / 100)}xx`;
}

let ofThisProcess: Registry | undefined;

/** Memory, processor, event loop and garbage collection are the process's, which may run several services in tests. */
function processRegistry(): Registry {
  if (!ofThisProcess) {
    ofThisProcess = new Registry();
    collectDefaultMetrics({ register: ofThisProcess });
  }

  return ofThisProcess;
}
