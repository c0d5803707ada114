import type { Listening, ListenEvent } from '../tunnel/listening.js';
import type { Clock } from '../util/clock.js';
import { deferred } from '../util/deferred.js';
import type { Exec, ExecEnd } from './exec.js';
import type { Expectation } from './expectation.js';
import type { Tally } from './tally.js';
import { untilSettled } from './until-settled.js';
import type { ListenWatcher } from './watcher.js';
import { unharmed } from '../util/unharmed.js';

export interface RunOptions {
  /** Starts what brings deliveries to the app: a tunnel, or a recording. */
  readonly start: (onEvent: (event: ListenEvent) => void) => Listening;
  /** It is over some time, as a recording is, and what is expected is judged only then. */
  readonly endsByItself?: boolean | undefined;
  /** Told of each event, in this order. */
  readonly watchers: readonly ListenWatcher[];
  /** Counts; it is one of those that are told. */
  readonly tally: Tally;
  /** Called once, when deliveries can come. When it throws, the run ends with that. */
  readonly onReady: () => void;
  /** Starts the command whose end is the end of the run. */
  readonly exec?: (() => Exec) | undefined;
  /** Without a command, the run of what does not end by itself ends when all are met. */
  readonly expectations: readonly Expectation[];
  /** How long that may take, and how long what follows a command may, in milliseconds. */
  readonly within: number;
  /** Resolves with an exit code when the run is to end: of a signal, or 0. */
  readonly signal: Promise<number>;
  readonly clock: Clock;
}

/** What ended a run. */
export type Ending =
  /** Somebody said so, by a signal. */
  | { readonly kind: 'signal'; readonly exitCode: number }
  /** What was expected came, or the time for it was over. */
  | { readonly kind: 'settled' }
  /** The command ended. */
  | { readonly kind: 'exec'; readonly end: ExecEnd }
  /** There is nothing more to bring: a recording is over. */
  | { readonly kind: 'over' };

/** How long the end waits for what is being forwarded, in milliseconds. */
const DRAIN = 5_000;

/**
 * Runs a listener from its start to its end, and leaves nothing running: neither the listener nor the command nor what
 * that has started.
 *
 * @throws whatever the listener, its being ready or the start of the command fails with
 */
export async function runListen(options: RunOptions): Promise<Ending> {
  const { start, watchers, signal, clock } = options;
  const ending = new AbortController();
  const ready = readiness(options.onReady, ending.signal);
  const listening = start((event) => {
    // Before anybody is told of what came: the first delivery may be in the same packet.
    if (event.kind === 'connected') ready.reach();
    for (const watcher of watchers) unharmed(() => watcher.onEvent(event));
  });
  let exec: Exec | undefined;
  let exitCode: number | undefined;

  const course = async (): Promise<Ending> => {
    await ready.reached;
    if (ending.signal.aborted) return { kind: 'over' };
    exec = options.exec?.();
    const settle = (waitsForNone: boolean) => untilSettled({ ...options, waitsForNone, signal: ending.signal, clock });
    if (exec === undefined) {
      await (options.expectations.length > 0 && !options.endsByItself ? settle(true) : never());
      return { kind: 'settled' };
    }

    const end = await exec.ended;
    if (end.exitCode === 0) await settle(false);
    return { kind: 'exec', end };
  };
  try {
    return await Promise.race([
      signal.then((code): Ending => ({ kind: 'signal', exitCode: (exitCode = code) })),
      listening.ended.then((): Ending => ({ kind: 'over' })),
      course(),
    ]);
  } finally {
    ending.abort();
    await exec?.stop(exitCode === SIGINT_CODE ? 'SIGINT' : 'SIGTERM');
    await listening.stop(DRAIN);
  }
}

/** 128 and the number of the signal. */
const SIGINT_CODE = 130;

function never(): Promise<void> {
  return new Promise(() => undefined);
}

/** Calls `onReady` the first time it is reached, unless it is ending already; what that throws, `reached` rejects with. */
function readiness(onReady: () => void, ending: AbortSignal) {
  const { promise, resolve, reject } = deferred<void>();
  let isReached = false;
  const reach = () => {
    if (isReached) return;
    isReached = true;
    try {
      if (!ending.aborted) onReady();
      resolve();
    } catch (error) {
      reject(error as Error);
    }
  };
  return { reached: promise, reach };
}
