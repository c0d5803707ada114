import type { ReadinessCheck } from '../api/contract.js';
import type { Worker } from '../delivery/worker.js';
import { CalReplyError } from '../errors.js';
import type { Store } from '../store/store.js';
import type { Clock } from '../util/clock.js';

export interface ReadinessOptions {
  readonly store: Pick<Store, 'checkWritable'>;
  readonly clock: Clock;
  readonly worker: () => Pick<Worker, 'condition'> | undefined;
  readonly isStopping: () => boolean;
  /** How far the engine may be behind, in milliseconds; 0 for as far as it likes. */
  readonly longestLag: number;
}

/** An answer holds so long, however often it is asked for, in milliseconds. */
const HOLDS = 1_000;
/** A store that takes longer to write a row is of no use to anybody, in milliseconds. */
const LONGEST_CHECK = 2_000;

/** Looks whether the service can do its work: it can write, and its engine keeps up. */
export function readiness(options: ReadinessOptions): () => Promise<ReadinessCheck[]> {
  const { clock, isStopping } = options;
  let last: { readonly at: number; readonly checks: Promise<ReadinessCheck[]> } | undefined;
  return async () => {
    const now = clock.now();
    // A clock that was set back would keep it for long.
    const isFresh = last !== undefined && Math.abs(now - last.at) < HOLDS;
    const { checks } = (last = isFresh && last ? last : { at: now, checks: look(options) });
    const rest = await checks;
    return [outcome('running', isStopping() ? 'The service is stopping.' : undefined), ...rest];
  };
}

function look(options: ReadinessOptions): Promise<ReadinessCheck[]> {
  return Promise.all([
    storeProblem(options).then((problem) => outcome('store', problem)),
    deliveryProblem(options).then((problem) => outcome('deliveries', problem)),
  ]);
}

async function storeProblem({ store, clock }: ReadinessOptions): Promise<string | undefined> {
  let cancel = () => {};
  const late = new Promise<string>((resolve) => {
    cancel = clock.after(LONGEST_CHECK, () => resolve(`Writing a row takes longer than ${LONGEST_CHECK / 1000} s.`));
  });
  try {
    return await Promise.race([store.checkWritable(), late]).then((problem) => problem ?? undefined);
  } catch (error) {
    return `Nothing can be written to the database: ${rootCause(error)}.`;
  } finally {
    cancel();
  }
}

async function deliveryProblem({ worker, longestLag }: ReadinessOptions): Promise<string | undefined> {
  if (longestLag === 0) return undefined;
  try {
    const condition = await worker()?.condition();
    if (!condition) return 'The delivery engine has not started.';
    const { lag } = condition;
    if (lag <= longestLag) return undefined;
    return `What is due is sent ${Math.round(lag / 1000)} s late, and ${longestLag / 1000} s is the limit.`;
  } catch (error) {
    return `What is due cannot be read: ${rootCause(error)}.`;
  }
}

/** In the words of whoever failed first: the disk. */
function rootCause(error: unknown): string {
  if (error instanceof CalReplyError && error.cause !== undefined) return rootCause(error.cause);
  return error instanceof Error ? error.message : String(error);
}

function outcome(check: ReadinessCheck['check'], problem: string | undefined): ReadinessCheck {
  return problem === undefined ? { check, ok: true } : { check, ok: false, reason: problem };
}
