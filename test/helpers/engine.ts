import { onTestFinished } from 'vitest';
import type { Destination, OutgoingMessage, Outcome } from '../../src/delivery/destination.js';
import { startWorker, type Worker, type WorkerOptions } from '../../src/delivery/worker.js';
import type { DeliveryStore, ReachableListener, Store } from '../../src/store/store.js';
import { FakeClock } from './fake-clock.js';
import { openStore } from './open-store.js';

/** One attempt that reached the other side. */
export interface Delivered {
  readonly at: number;
  readonly message: OutgoingMessage;
  readonly signal: AbortSignal;
}

export interface Engine {
  readonly store: Store;
  readonly clock: FakeClock;
  /** Every attempt so far, in order. */
  readonly sent: readonly Delivered[];
  readonly errors: unknown[];
  /** How the other side answers, from now on. */
  answer: (delivered: Delivered) => Outcome | Promise<Outcome>;
  /** The listeners whose tunnel ends here. */
  reachable: readonly ReachableListener[];
  /** While set, every call of the engine to the store fails with it. */
  storeFailure: Error | undefined;
  start(options?: Partial<WorkerOptions>): Worker;
  /** What `kill -9` is to the workers that run: nothing of theirs is kept any more, and what they held is freed. */
  crash(): Promise<void>;
  /** Waits until the engine has nothing to do but to wait for the clock or for an open attempt. */
  settle(): Promise<void>;
  /** Moves the clock on, and lets the engine finish what each timer starts. */
  advance(ms: number): Promise<void>;
}

export const answered = (status: number, more: { retryAfter?: string; location?: string } = {}): Outcome => ({
  kind: 'answered',
  status,
  answer: '',
  durationMs: 0,
  ...more,
});

export const refused: Outcome = { kind: 'unanswered', error: 'connection_refused', durationMs: 0 };

/** An other side that says nothing until the engine ends the attempt. */
export const hanging = ({ signal }: Delivered): Promise<Outcome> =>
  new Promise((resolve) => {
    const timedOut = { kind: 'unanswered', error: 'timeout', durationMs: 15_000 } as const;
    signal.addEventListener('abort', () => resolve(timedOut));
  });

/** A listener that is connected, and takes what comes as one does that asks for nothing. */
export function reachable(id: string, changes: Partial<ReachableListener> = {}): ReachableListener {
  return { id, window: 32, types: null, order: 'subscription', ...changes };
}

/** The delivery engine on a real store, with a scripted other side and a clock that the test moves. */
export async function newEngine(folder?: string): Promise<Engine> {
  const store = await openStore(folder);
  const clock = new FakeClock();
  const sent: Delivered[] = [];
  const errors: unknown[] = [];
  let calls = 0;
  let busy = 0;

  const watched = async <T>(call: () => Promise<T>): Promise<T> => {
    calls += 1;
    busy += 1;
    try {
      if (engine.storeFailure) throw engine.storeFailure;
      return await call();
    } finally {
      busy -= 1;
    }
  };
  const watchedStore: DeliveryStore = {
    claim: (request) => watched(() => store.claim(request)),
    oldestDue: (request) => store.oldestDue(request),
    recordAttempt: (record) => watched(() => store.recordAttempt(record)),
    releaseClaim: (claim, id) => watched(() => store.releaseClaim(claim, id)),
    renewClaims: (claim, until) => store.renewClaims(claim, until),
    freeClaims: (now) => store.freeClaims(now),
    moveTimes: (jump) => watched(() => store.moveTimes(jump)),
  };
  const running = new Map<Worker, { isCut: boolean }>();
  const stopAll = async () => {
    const stopped = Promise.all([...running.keys()].map((worker) => worker.stop(0)));
    await engine.advance(0);
    await stopped;
    running.clear();
  };
  onTestFinished(async () => {
    engine.storeFailure = undefined;
    const stopped = stopAll();
    await engine.advance(5_000);
    await stopped;
  });
  const destination: Destination = {
    async deliver(message, signal) {
      const delivered = { at: clock.now(), message, signal };
      sent.push(delivered);
      return engine.answer(delivered);
    },
  };

  const engine: Engine = {
    store,
    clock,
    sent,
    errors,
    answer: () => answered(200),
    reachable: [],
    storeFailure: undefined,
    start(options) {
      const line = { isCut: false };
      const worker = startWorker({
        store: overLine(watchedStore, line),
        clock,
        destinationOf: () => destination,
        reachableListeners: () => engine.reachable,
        userAgent: 'CalReply-Webhooks/1.0.0',
        onError: (error) => {
          if (!line.isCut) errors.push(error);
        },
        random: () => 0.5,
        ...options,
      });
      running.set(worker, line);
      return worker;
    },
    async crash() {
      for (const line of running.values()) line.isCut = true;
      await stopAll();
      await store.freeClaims();
    },
    async settle() {
      for (let quiet = 0, before = calls; quiet < 3; before = calls) {
        await new Promise((resolve) => setImmediate(resolve));
        quiet = busy === 0 && calls === before ? quiet + 1 : 0;
      }
    },
    advance: (ms) => clock.advance(ms, () => engine.settle()),
  };
  return engine;
}

/** The store as long as the line to it is not cut. */
function overLine(store: DeliveryStore, line: { readonly isCut: boolean }): DeliveryStore {
  const over = <T>(call: () => Promise<T>): Promise<T> =>
    line.isCut ? Promise.reject(new Error('the process is gone')) : call();
  return {
    claim: (request) => over(() => store.claim(request)),
    recordAttempt: (record) => over(() => store.recordAttempt(record)),
    releaseClaim: (claim, id) => over(() => store.releaseClaim(claim, id)),
    renewClaims: (claim, until) => over(() => store.renewClaims(claim, until)),
    freeClaims: (now) => over(() => store.freeClaims(now)),
    moveTimes: (jump) => over(() => store.moveTimes(jump)),
    oldestDue: (request) => over(() => store.oldestDue(request)),
  };
}
