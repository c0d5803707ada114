import { randomBytes } from 'node:crypto';
import { isSuccess } from '../../model/notification.js';
import type { HeaderList } from '../../model/request.js';
import { sign, type SignedHead } from '../../model/standard-webhooks.js';
import { sleep, type Clock } from '../../util/clock.js';
import type { Random } from '../../util/seeded-random.js';
import type { Deliver } from '../protocol.js';
import type { Forward, ForwardOutcome } from './forward.js';
import { signedByService } from './own-delivery.js';

/**
 * What is done to a handler to see how it does: a copy whose signature is wrong or whose time is long past, which it must
 * refuse; one that it has seen before, which it must take; a delivery that is dropped, and must come again.
 */
export type Rehearsal = RehearsedCopy | 'drop';

/** The copies among them. */
export type RehearsedCopy = 'bad-signature' | 'stale' | 'duplicate';

/** The negative paths of a handler that are to be tried. */
export interface Rehearsals {
  /** Before each signed delivery comes a copy whose signature is wrong. */
  readonly badSignature: boolean;
  /** Before each signed delivery comes a copy that was signed rightly, so many milliseconds ago; 0 for none. */
  readonly stale: number;
  /** After each answer of 2xx the same comes once more. */
  readonly duplicate: boolean;
  /** How long each delivery waits before it is forwarded, in milliseconds. */
  readonly delay: number;
  /** The share of deliveries that is not forwarded at first, from 0 to 1. */
  readonly drop: number;
  /** Draws what is dropped. */
  readonly random: Random;
}

export interface RehearsingOptions {
  readonly rehearsals: Rehearsals;
  /** The secret that signs stale copies. */
  readonly secret: () => string | undefined;
  readonly clock: Clock;
  readonly onRehearsed: (
    delivery: Deliver,
    rehearsal: Rehearsal,
    outcome: ForwardOutcome | null,
    passed: boolean,
  ) => void;
  /** Ends the waiting, with nothing forwarded. */
  readonly signal: AbortSignal;
}

/**
 * Tries the negative paths of a handler beside each delivery. Copies go the way of the delivery itself, and change nothing
 * about its outcome. Only a first attempt is dropped, so
 * that everything arrives in the end.
 */
export function rehearsing(options: RehearsingOptions, next: Forward): Forward {
  const { rehearsals, secret, clock, onRehearsed, signal } = options;
  const drops = ({ attempt }: Deliver) => attempt === 1 && rehearsals.drop > 0 && rehearsals.random() < rehearsals.drop;
  const rehearse = async (rehearsal: Rehearsal, copy: Deliver, passes: (status: number) => boolean) => {
    const outcome = await next(copy);
    onRehearsed(copy, rehearsal, outcome, outcome.kind === 'answered' && passes(outcome.status));
  };

  return async (delivery) => {
    if (drops(delivery)) {
      onRehearsed(delivery, 'drop', null, true);
      return { kind: 'unanswered', url: '', error: 'dropped', durationMs: 0 };
    }

    if (rehearsals.delay > 0) await sleep(clock, rehearsals.delay, signal);
    const head = signedByService(delivery);
    if (head && rehearsals.badSignature) {
      await rehearse('bad-signature', withHead(delivery, { ...head, signature: wrongSignature() }), isRefusal);
    }

    const key = secret();
    if (head && rehearsals.stale > 0 && key !== undefined) {
      await rehearse('stale', signedAt(delivery, head, clock.now() - rehearsals.stale, key), isRefusal);
    }

    const outcome = await next(delivery);
    if (rehearsals.duplicate && outcome.kind === 'answered' && isSuccess(outcome.status)) {
      // When the listener ends meanwhile, the outcome of the delivery still counts.
      await rehearse('duplicate', delivery, isSuccess).catch(() => undefined);
    }

    return outcome;
  };
}

const isRefusal = (status: number) => status >= 400 && status < 500;

/** In its form one like any other, so that nothing but the key tells that it is wrong. */
function wrongSignature(): string {
  return `v1,${randomBytes(32).toString('base64')}`;
}

function signedAt(delivery: Deliver, { id }: SignedHead, time: number, secret: string): Deliver {
  const timestamp = String(Math.floor(time / 1000));
  return withHead(delivery, { id, timestamp, signature: sign(secret, id, timestamp, delivery.body) });
}

function withHead(delivery: Deliver, { timestamp, signature }: SignedHead): Deliver {
  const headers: HeaderList = delivery.headers.map(([name, value]) => {
    if (name === 'webhook-timestamp') return [name, timestamp];
    return name === 'webhook-signature' ? [name, signature] : [name, value];
  });
  return { ...delivery, headers };
}
