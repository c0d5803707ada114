import { isSuccess } from '../model/notification.js';
import { RehearsalTally } from './rehearsal-tally.js';
import type { ForwardOutcome } from '../tunnel/local/forward.js';
import type { Deliver } from '../tunnel/protocol.js';
import type { ListenEvent, RehearsedCopy } from '../tunnel/listening.js';

/** What a run of a listener came to, in attempts: a notification that was tried again counts again. */
export interface ListenReport {
  /** What came in. */
  readonly deliveries: number;
  /** Answered 2xx. */
  readonly answered: number;
  /** Answered otherwise, or not at all, or not forwarded. What was dropped is none of these. */
  readonly failed: number;
  /** What had to wait because its app was down. */
  readonly held: number;
  /** What had no outcome yet: the service has it, and brings it again. */
  readonly open: number;
  readonly mirrored: MirrorCount;
  /** Of each negative path that was tried; one that was not is absent. `drop` is not among them. */
  readonly rehearsals: Readonly<Partial<Record<RehearsedCopy, RehearsalCount>>>;
  readonly dropped: DropCount;
}

/** Copies for mirrors. */
export interface MirrorCount {
  readonly sent: number;
  /** Of those, answered 2xx. */
  readonly answered: number;
  /** Not sent, since too many waited. */
  readonly leftOut: number;
}

/** How a handler did. */
export interface RehearsalCount {
  readonly passed: number;
  readonly failed: number;
}

/** What was not forwarded at first. */
export interface DropCount {
  readonly dropped: number;
  /** Of those, what the service has brought again. */
  readonly cameAgain: number;
}

/** Looks on while a listener runs, and says what it came to. */
export interface ListenReporter {
  onEvent(event: ListenEvent): void;
  report(): ListenReport;
}

export function listenReporter(): ListenReporter {
  const count = { deliveries: 0, ended: 0, answered: 0, failed: 0, held: 0, dropped: 0, cameAgain: 0 };
  const mirrored = { sent: 0, answered: 0, leftOut: 0 };
  const rehearsals = new RehearsalTally();
  /** What had to wait and has no outcome yet, by notification and attempt; a copy that tries the app counts as no other. */
  const waiting = new Set<string>();
  const missing = new Set<string>();

  const onMirrored = (outcome: ForwardOutcome | null) => {
    if (outcome === null) return void (mirrored.leftOut += 1);
    mirrored.sent += 1;
    if (isAnswered(outcome)) mirrored.answered += 1;
  };
  const onDropped = (id: string) => {
    count.dropped += 1;
    missing.add(id);
  };
  const onForwarded = (outcome: ForwardOutcome) => {
    count.ended += 1;
    if (isAnswered(outcome)) count.answered += 1;
    else if (outcome.kind === 'answered' || outcome.error !== 'dropped') count.failed += 1;
  };

  const onHeld = (delivery: Deliver) => {
    const attempt = attemptOf(delivery);
    if (waiting.has(attempt)) return;
    waiting.add(attempt);
    count.held += 1;
  };

  return {
    onEvent(event) {
      switch (event.kind) {
        case 'delivery':
          count.deliveries += 1;
          if (missing.delete(event.delivery.id)) count.cameAgain += 1;
          return;
        case 'forwarded':
          waiting.delete(attemptOf(event.delivery));
          return onForwarded(event.outcome);
        case 'mirrored':
          return onMirrored(event.outcome);
        case 'rehearsed':
          return event.rehearsal === 'drop' ? onDropped(event.delivery.id) : rehearsals.onEvent(event);
        case 'held':
          return onHeld(event.delivery);
        default:
      }
    },
    report: () => ({
      deliveries: count.deliveries,
      answered: count.answered,
      failed: count.failed,
      held: count.held,
      open: Math.max(count.deliveries - count.ended, 0),
      mirrored: { ...mirrored },
      rehearsals: Object.fromEntries(
        [...rehearsals.sums].map(([rehearsal, { passed, failed }]) => [rehearsal, { passed, failed }]),
      ),
      dropped: { dropped: count.dropped, cameAgain: count.cameAgain },
    }),
  };
}

function attemptOf({ id, attempt }: Deliver): string {
  return `${id} ${attempt}`;
}

function isAnswered(outcome: ForwardOutcome): boolean {
  return outcome.kind === 'answered' && isSuccess(outcome.status);
}
