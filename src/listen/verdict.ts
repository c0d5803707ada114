import { CalReplyError } from '../errors.js';
import { deliveryErrorText } from '../model/delivery-error.js';
import type { ExecEnd } from './exec.js';
import { expectationText, isMet, type Expectation } from './expectation.js';
import { REHEARSAL_NAMES } from './rehearsal-tally.js';
import type { Ending } from './run.js';
import type { Tallied, Tally } from './tally.js';

export interface VerdictOptions {
  readonly tally: Tally;
  readonly expectations: readonly Expectation[];
  /** The command that the run ended with, as it was typed. */
  readonly command?: string | undefined;
}

/**
 * Why a run that has come to its end failed: its command did, an expectation was not met, a notification was not answered
 * 2xx, or the app did not do as it should in a rehearsal; undefined when all is well. A run that was ended by a signal is
 * not judged: it was not over.
 */
export function verdictOf(
  ending: Ending,
  { tally, expectations, command = '' }: VerdictOptions,
): CalReplyError | undefined {
  if (ending.kind === 'signal') return undefined;
  const unmet = expectations
    .filter((expectation) => !isMet(expectation, tally.answered(expectation)))
    .map((expectation) => unmetSentence(expectation, tally));
  if (ending.kind === 'exec' && ending.end.exitCode !== 0) {
    return new CalReplyError('CommandFailed', [execSentence(command, ending.end), ...unmet].join(' '), {
      ...(ending.end.exitCode === NOT_FOUND && { hint: 'To a shell, 127 is a command that it does not find.' }),
    });
  }

  if (unmet.length > 0) return new CalReplyError('ExpectationNotMet', unmet.join(' '));
  const failed = [...failedSentences(tally), ...rehearsalSentences(tally)];
  return failed.length > 0 ? new CalReplyError('NotificationFailed', failed.join(' ')) : undefined;
}

const NOT_FOUND = 127;

function execSentence(command: string, { exitCode, signal }: ExecEnd): string {
  return `The command “${command}” ${signal === null ? `ended with ${exitCode}` : `was ended by ${signal}`}.`;
}

/** `Expected 2 × Subscribe, 1 was answered 2xx (1 more was answered 500: ntf_…).` Beside none, others are not “more”. */
export function unmetSentence(expectation: Expectation, tally: Tally): string {
  const answered = tally.answered(expectation);
  const besides = answered === 0 ? '' : ' more';
  const others = grouped(tally.unanswered(expectation)).map(
    ([how, ids]) => `${ids.length}${besides} ${wereOrWas(ids.length)} ${how}: ${someOf(ids)}`,
  );
  const more = others.length === 0 ? '' : ` (${others.join('; ')})`;
  return `Expected ${expectationText(expectation)}, ${answered} ${wereOrWas(answered)} answered 2xx${more}.`;
}

function failedSentences(tally: Tally): readonly string[] {
  return grouped(tally.unanswered({ eventType: null })).map(([how, ids]) => {
    const what = ids.length === 1 ? 'notification was' : 'notifications were';
    return `${ids.length} ${what} ${how}: ${someOf(ids)}.`;
  });
}

function rehearsalSentences({ rehearsals }: Tally): readonly string[] {
  return [...rehearsals]
    .filter(([, { failed }]) => failed > 0)
    .map(([kind, { failed, firstFailed }]) => {
      return `The app did not do as it should with ${REHEARSAL_NAMES[kind]}: ${someOf(firstFailed, failed)}.`;
    });
}

/** By what became of them, as the end of a sentence: `answered 500`. */
function grouped(notifications: readonly Tallied[]): readonly (readonly [how: string, ids: readonly string[]])[] {
  const groups = new Map<string, string[]>();
  for (const notification of notifications) {
    const how = outcomeWords(notification);
    const ids = groups.get(how) ?? [];
    groups.set(how, ids);
    ids.push(notification.id);
  }

  return [...groups];
}

/** What became of one that was not answered 2xx: `answered 500`, `not answered (no answer in time)`. */
export function outcomeWords({ outcome }: Pick<Tallied, 'outcome'>): string {
  if (outcome === null) return 'not answered before the end';
  return outcome.kind === 'answered'
    ? `answered ${outcome.status}`
    : `not answered (${deliveryErrorText(outcome.error)})`;
}

const MOST_NAMED = 3;

function someOf(ids: readonly string[], count = ids.length): string {
  const rest = count - MOST_NAMED;
  return ids.slice(0, MOST_NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function wereOrWas(count: number): string {
  return count === 1 ? 'was' : 'were';
}
