import { isSuccess } from '../model/notification.js';
import type { ForwardOutcome } from '../tunnel/local/forward.js';
import type { ListenEvent, RehearsedCopy, Rehearsal } from '../tunnel/listening.js';

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
  const count = { deliveries: 0, ended: 0, answered: 0, failed: 0, resumed: 0, dropped: 0, cameAgain: 0 };
  const mirrored = { sent: 0, answered: 0, leftOut: 0 };
  const rehearsals = new Map<RehearsedCopy, { passed: number; failed: number }>();
  /** How many wait at each target that is down. */
  const holding = new Map<string, number>();
  const missing = new Set<string>();

  const onMirrored = (outcome: ForwardOutcome | null) => {
    if (outcome === null) return void (mirrored.leftOut += 1);
    mirrored.sent += 1;
    if (isAnswered(outcome)) mirrored.answered += 1;
  };
  const onRehearsed = (id: string, rehearsal: Rehearsal, passed: boolean) => {
    if (rehearsal === 'drop') {
      count.dropped += 1;
      missing.add(id);
      return;
    }

    const tally = rehearsals.get(rehearsal) ?? { passed: 0, failed: 0 };
    rehearsals.set(rehearsal, tally);
    tally[passed ? 'passed' : 'failed'] += 1;
  };
  const onForwarded = (outcome: ForwardOutcome) => {
    count.ended += 1;
    if (isAnswered(outcome)) count.answered += 1;
    else if (outcome.kind === 'answered' || outcome.error !== 'dropped') count.failed += 1;
  };

  return {
    onEvent(event) {
      switch (event.kind) {
        case 'delivery':
          count.deliveries += 1;
          if (missing.delete(event.delivery.id)) count.cameAgain += 1;
          return;
        case 'forwarded':
          return onForwarded(event.outcome);
        case 'mirrored':
          return onMirrored(event.outcome);
        case 'rehearsed':
          return onRehearsed(event.delivery.id, event.rehearsal, event.passed);
        case 'holding':
          return void holding.set(event.target, event.waiting);
        case 'resumed':
          holding.delete(event.target);
          count.resumed += event.waiting;
          return;
        default:
      }
    },
    report: () => ({
      deliveries: count.deliveries,
      answered: count.answered,
      failed: count.failed,
      held: count.resumed + [...holding.values()].reduce((sum, waiting) => sum + waiting, 0),
      open: Math.max(count.deliveries - count.ended, 0),
      mirrored: { ...mirrored },
      rehearsals: Object.fromEntries(rehearsals),
      dropped: { dropped: count.dropped, cameAgain: count.cameAgain },
    }),
  };
}

function isAnswered(outcome: ForwardOutcome): boolean {
  return outcome.kind === 'answered' && isSuccess(outcome.status);
}
