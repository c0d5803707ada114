import type { JudgedRun } from '../../listen/judged-run.js';
import { expectationText, isMet, type Expectation } from '../../listen/expectation.js';
import type { ListenReport } from '../../listen/report.js';
import type { Tally } from '../../listen/tally.js';
import { green } from './colors.js';
import { errorJson, type ErrorJson } from './errors.js';
import { count } from './text.js';
import { printable } from './terminal.js';

/** The last line of `listen --json`, unless the run broke off: what it came to. */
export interface ClosedJson {
  readonly type: 'closed';
  readonly at: string;
  readonly exitCode: number;
  /** How the command of --exec ended, or null: with an exit code, or by a signal. */
  readonly command: { readonly exitCode: number | null; readonly signal: string | null } | null;
  readonly expectations: readonly {
    /** As it was written, such as `subscribe=2`. */
    readonly expectation: string;
    /** How many notifications were answered 2xx. */
    readonly answered: number;
    readonly met: boolean;
  }[];
  /** Why it is no success, or null. */
  readonly error: ErrorJson['error'] | null;
}

/** What is told of the end of a run. */
export interface EndFacts extends JudgedRun {
  readonly tally: Tally;
  readonly report: ListenReport;
  readonly expectations: readonly Expectation[];
  /** The name of the listener; null for a replay, which has no place to keep. */
  readonly name: string | null;
}

export function closedJson({ ending, tally, expectations, exitCode, failure }: EndFacts, now: Date): ClosedJson {
  return {
    type: 'closed',
    at: now.toISOString(),
    exitCode,
    command: ending.kind === 'exec' ? ending.end : null,
    expectations: expectations.map((expectation) => {
      const answered = tally.answered(expectation);
      return { expectation: expectation.text, answered, met: isMet(expectation, answered) };
    }),
    error: failure === undefined ? null : errorJson(failure).error,
  };
}

/** What a person is told at the end, before why it failed. */
export function renderEnd({ ending, tally, expectations, failure, name }: EndFacts): string {
  // The terminal shows ^C on a line that is not over.
  const start = ending.kind === 'signal' ? '\n' : '';
  const met = expectations.map((expectation) => `${green('✓')} As expected: ${expectationText(expectation)}.\n`);
  const good = failure === undefined && ending.kind !== 'signal' ? met.join('') : '';
  if (name === null)
    return `${start}${good}${ending.kind === 'over' ? 'Played' : 'Stopped after'} ${count(tally.notifications.length, 'notification')}.`;
  const place = `Listener “${printable(name)}” keeps its place: what happens now is delivered when it is back.`;
  return `${start}${good}Stopped. ${place}`;
}
