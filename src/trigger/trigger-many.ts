import type { ApiClient } from '../api/client.js';
import type { NotificationResource } from '../api/contract.js';
import type { Clock } from '../util/clock.js';
import { waitForOutcomes, type Outcomes } from './outcomes.js';
import { persistently } from './persistently.js';
import type { Plan } from './plan.js';
import { FEW, RunRecord } from './record.js';
import { run, type RunOptions } from './run.js';
import type { SentEvent } from './sent-event.js';

/** What a run came to. */
export interface RunSummary {
  /** How many events were sent. */
  readonly sent: number;
  /** How often one of them was sent once more. */
  readonly resent: number;
  /** How many sendings there should have been; undefined when that was not known. */
  readonly total: number | undefined;
  /** From the first to the last of them, in milliseconds. */
  readonly ms: number;
  /** How many notifications there are of them. */
  readonly notifications: number;
  /** In the order of the plan; empty when nobody asked for them. */
  readonly eventIds: readonly string[];
  /** Undefined when nobody waited for them. */
  readonly outcomes: Outcomes | undefined;
  /** All events with their notifications, when they are few. */
  readonly few: readonly SentEvent[] | undefined;
  /** The run was ended early by its signal. */
  readonly interrupted: boolean;
  /** Why the run ended early. */
  readonly failure: Error | undefined;
}

export interface TriggerManyOptions extends Pick<RunOptions, 'runId' | 'pace' | 'signal' | 'onRetry'> {
  readonly api: Pick<ApiClient, 'triggerEvent' | 'resendEvent' | 'notifications'>;
  readonly clock: Clock;
  readonly keepsIds: boolean;
  /** Waits for the notifications for which this is true; for none when absent. */
  readonly awaits?: ((notification: NotificationResource) => boolean) | undefined;
  /** Shows how far the run is. */
  readonly progress: (what: string, total: number | undefined) => Progress;
}

interface Progress {
  update(done: number): void;
  end(): void;
}

/** Sends what a plan holds, and waits for what becomes of it. */
export async function triggerMany(plan: Plan, options: TriggerManyOptions): Promise<RunSummary> {
  const { clock, signal, awaits, progress } = options;
  const record = new RunRecord({ keepsIds: options.keepsIds, awaits: awaits ?? (() => false) });
  const startedAt = clock.now();
  let lastAt = startedAt;
  const sending = progress('events', plan.total);
  const failure = await run(plan, {
    ...options,
    onSent(step, triggered, known) {
      record.add(step, triggered, known);
      lastAt = clock.now();
      sending.update(record.sent + record.resent);
    },
    onRetry(error) {
      sending.end();
      options.onRetry?.(error);
    },
  });
  sending.end();

  const aftermath = awaits && !signal.aborted && !failure ? await aftermathOf(record, options) : {};
  return {
    sent: record.sent,
    resent: record.resent,
    total: plan.total,
    ms: lastAt - startedAt,
    notifications: record.notifications,
    eventIds: record.eventIds,
    outcomes: aftermath.outcomes,
    few: aftermath.few ?? fewOf(record),
    interrupted: signal.aborted,
    failure: failure ?? aftermath.failure,
  };
}

/** What is known after the wait; a service that went away in the meantime takes nothing from what was sent. */
async function aftermathOf(
  record: RunRecord,
  options: TriggerManyOptions,
): Promise<Partial<Pick<RunSummary, 'outcomes' | 'few' | 'failure'>>> {
  const { clock, signal, onRetry } = options;
  const persistent = { clock, signal, onRetry, hasAnswered: () => true };
  const api: NotificationsApi = {
    notifications: (query) => persistently(() => options.api.notifications(query), persistent),
  };
  try {
    const outcomes = await outcomesOf(record, api, options);
    const few = fewOf(record);
    return { outcomes, few: few && (await asTheyAreNow(api, few)) };
  } catch (error) {
    // ^C while a lost service was waited for: what was sent is told without what became of it.
    return signal.aborted ? {} : { failure: error as Error };
  }
}

type NotificationsApi = Pick<ApiClient, 'notifications'>;

function fewOf({ first }: RunRecord): readonly SentEvent[] | undefined {
  return first.length > FEW ? undefined : first;
}

async function outcomesOf(
  { awaited, blocked, since = '' }: RunRecord,
  api: NotificationsApi,
  { clock, signal, progress }: TriggerManyOptions,
): Promise<Outcomes> {
  if (awaited.size === 0) return { delivered: 0, failed: 0, pending: 0, waiting: 0, undelivered: [] };
  const settling = progress('notifications tried', awaited.size);
  try {
    return await waitForOutcomes({
      api,
      clock,
      signal,
      ids: awaited,
      blocked,
      since,
      onSettled: (count) => settling.update(count),
    });
  } finally {
    settling.end();
  }
}

async function asTheyAreNow(api: NotificationsApi, events: readonly SentEvent[]): Promise<readonly SentEvent[]> {
  return Promise.all(
    events.map(async ({ event }) => {
      const { notifications } = await api.notifications({ event: event.eventId, limit: 1000 });
      return { event, notifications: notifications.reverse() };
    }),
  );
}
