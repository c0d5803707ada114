import type { Logger } from 'pino';
import type { AnsweredRequest, AppOptions, Metrics } from '../api/app-options.js';
import type { LoginOptions } from '../api/auth.js';
import type { EngineCondition } from '../delivery/worker.js';
import type { AttemptRecord, ClaimedNotification, Store } from '../store/store.js';
import type { Clock } from '../util/clock.js';
import { activityLog, type Activity } from './activity-log.js';
import type { ServiceConfig } from './config.js';
import { failureLog } from './failure-log.js';
import type { ServiceMetrics } from './metrics.js';
import type { Accepted } from './watched-store.js';

export interface MonitorOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly version: string;
  readonly store: Pick<Store, 'pendingCount'>;
  readonly metrics: ServiceConfig['metrics'];
  /** What the engine is doing; undefined when it cannot be said. */
  readonly condition: () => Promise<EngineCondition | undefined>;
  readonly connectedListeners: () => number;
}

/** Everything that wants to know what the service does: its log, and its figures where they are asked for. */
export interface Monitor extends Pick<AppOptions, 'onAnswer' | 'onFailure'>, Pick<LoginOptions, 'onLogin'> {
  readonly metrics: Metrics | undefined;
  readonly onAccepted: (accepted: Accepted) => void;
  readonly onAttempt: (notification: ClaimedNotification, record: AttemptRecord) => void;
  readonly onEngineFailure: (error: unknown) => void;
  /** Everything since the start. */
  total(): Activity;
  stop(): void;
}

export async function startMonitor(options: MonitorOptions): Promise<Monitor> {
  const { logger, clock } = options;
  const metrics = options.metrics && (await loadMetrics(options, options.metrics));
  const activity = activityLog(options);
  const failures = failureLog(logger, clock);
  return {
    metrics,
    onAccepted(accepted) {
      activity.accepted(accepted);
      metrics?.accepted(accepted);
    },
    onAttempt(notification, record) {
      activity.attempted(notification, record);
      metrics?.attempted(notification, record);
    },
    onLogin(login) {
      activity.loggedIn(login);
      metrics?.loggedIn(login);
    },
    onAnswer(answer) {
      metrics?.answered(answer);
      if (logger.isLevelEnabled('debug')) logger.debug(told(answer), 'request');
    },
    onFailure(error, request) {
      failures.failed('a request failed', error, request);
    },
    onEngineFailure(error) {
      metrics?.engineFailed();
      failures.failed('the delivery engine failed; it tries again', error);
    },
    total: () => activity.total(),
    stop() {
      activity.stop();
      failures.stop();
    },
  };
}

/** prom-client takes longer to load than the rest of a small service to start. */
async function loadMetrics(options: MonitorOptions, metrics: 'local' | 'public'): Promise<ServiceMetrics> {
  const { serviceMetrics } = await import('./metrics.js');
  return serviceMetrics({ ...options, isPublic: metrics === 'public' });
}

function told({ durationMs, ...rest }: AnsweredRequest): object {
  return { ...rest, ms: Math.round(durationMs) };
}
