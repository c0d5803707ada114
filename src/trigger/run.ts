import type { ApiClient } from '../api/client.js';
import { CalReplyError } from '../errors.js';
import type { Clock } from '../util/clock.js';
import type { Pace } from './pace.js';
import { persistently } from './persistently.js';
import type { Plan, Step, Story } from './plan.js';
import type { SentEvent } from './sent-event.js';

export interface RunOptions {
  readonly api: Pick<ApiClient, 'triggerEvent' | 'resendEvent'>;
  /** Names this run, as no other is named: with the place of a step it is the step's idempotency key. */
  readonly runId: string;
  readonly pace: Pace;
  readonly clock: Clock;
  /** Ends the run early: what is under way is finished, nothing new is sent. */
  readonly signal: AbortSignal;
  /** @param known the notifications that the event had before */
  readonly onSent: (step: Step, triggered: SentEvent, known: ReadonlySet<string>) => void;
  /** The service is away, or too busy; what it did not take is sent again. */
  readonly onRetry?: (error: CalReplyError) => void;
}

/**
 * Sends what a plan holds. The first step that fails for good ends it.
 *
 * @returns that failure; undefined when all was sent, or the signal ended it
 */
export async function run(plan: Plan, options: RunOptions): Promise<Error | undefined> {
  const stories = iteratorOf(plan.stories);
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const send = sender({ ...options, signal });
  let failure: Error | undefined;

  const work = async () => {
    while (!signal.aborted) {
      const next = await stories.next();
      if (next.done) return;
      await tell(next.value, send, signal);
    }
  };
  const worker = async () => {
    try {
      await work();
    } catch (error) {
      // A wait that was cut short by the end of the run is none.
      if (!signal.aborted) failure = error as Error;
      failed.abort();
    }
  };
  await Promise.all(Array.from({ length: Math.min(plan.concurrency, plan.total ?? Infinity) }, worker));
  await stories.return?.();
  return failure;
}

type Send = (step: Step, before: SentEvent | undefined) => Promise<SentEvent>;

/** One story, step by step. */
async function tell(story: Story, send: Send, signal: AbortSignal): Promise<void> {
  let before: SentEvent | undefined;
  for (const step of story) {
    if (signal.aborted) return;
    before = await send(step, before);
  }
}

function sender({ api, runId, pace, clock, signal, onSent, onRetry }: RunOptions): Send {
  let answered = false;
  const call = (step: Step, eventId: string | undefined) =>
    step.kind === 'trigger'
      ? api.triggerEvent(step.request, `${runId}-${step.place}`)
      : api.resendEvent(eventId ?? '', step.to);
  return async (step, before) => {
    await pace(signal);
    try {
      const triggered = await persistently(() => call(step, before?.event.eventId), {
        clock,
        signal,
        onRetry,
        hasAnswered: () => answered,
      });
      answered = true;
      const known = step.kind === 'resend' ? before?.notifications : undefined;
      onSent(step, triggered, new Set(known?.map(({ id }) => id)));
      return triggered;
    } catch (error) {
      throw withOrigin(error, step);
    }
  };
}

function withOrigin(error: unknown, step: Step): unknown {
  if (!(error instanceof CalReplyError) || step.kind === 'resend' || step.origin === undefined) return error;
  return new CalReplyError(error.code, `${step.origin}: ${error.message}`, { hint: error.hint, cause: error });
}

function iteratorOf<T>(items: Iterable<T> | AsyncIterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
}
