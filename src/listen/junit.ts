import { expectationText, isMet, type Expectation } from './expectation.js';
import { REHEARSAL_NAMES } from './rehearsal-tally.js';
import type { Tallied, Tally } from './tally.js';
import { outcomeWords, unmetSentence } from './verdict.js';
import { element, xmlText } from './xml.js';

/** What the report of a run is made from. */
export interface JunitInput {
  readonly tally: Tally;
  readonly expectations: readonly Expectation[];
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Why the run ended as none should; undefined when it did not. */
  readonly error?: string | undefined;
  /** Makes personal data in a text of the app unreadable. */
  readonly mask: (text: string) => string;
}

/**
 * The report of a run as JUnit XML, in the form that GitHub, GitLab and Jenkins read: a test case for each expectation,
 * for each notification and for each kind of rehearsal.
 */
export function junitXml(input: JunitInput): string {
  const cases = [
    ...errorCases(input),
    ...expectationCases(input),
    ...notificationCases(input),
    ...rehearsalCases(input),
  ];
  const count = (kind: Problem['kind']) => cases.filter(({ problem }) => problem?.kind === kind).length;
  const sums = {
    name: 'calreply listen',
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: seconds(input.durationMs),
  };
  const timestamp = new Date(input.startedAt).toISOString().slice(0, 19);
  const suite = element('testsuite', { ...sums, timestamp }, `\n${cases.map(caseXml).join('')}`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', sums, `\n${suite}\n`)}\n`;
}

interface TestCase {
  /** Viewers group by it. */
  readonly className: string;
  readonly name: string;
  readonly durationMs?: number;
  readonly problem?: Problem | undefined;
}

interface Problem {
  readonly kind: 'failure' | 'error' | 'skipped';
  readonly message: string;
  /** More, of several lines. */
  readonly text?: string;
}

function errorCases({ error }: JunitInput): readonly TestCase[] {
  if (error === undefined) return [];
  return [{ className: 'calreply.listener', name: 'runs to its end', problem: { kind: 'error', message: error } }];
}

function expectationCases({ expectations, tally }: JunitInput): readonly TestCase[] {
  return expectations.map((expectation) => ({
    className: 'calreply.expectation',
    name: `${expectationText(expectation)} answered 2xx`,
    problem: isMet(expectation, tally.answered(expectation))
      ? undefined
      : { kind: 'failure', message: unmetSentence(expectation, tally) },
  }));
}

function notificationCases({ tally, mask }: JunitInput): readonly TestCase[] {
  return tally.notifications.map((notification) => ({
    className: 'calreply.notification',
    name: `${notification.eventType} ${notification.id}`,
    durationMs: notification.outcome?.durationMs ?? 0,
    problem: notification.isAnswered ? undefined : notificationProblem(notification, mask),
  }));
}

/** So much of an answer tells what was wrong, in characters. */
const MOST_ANSWER = 2_000;

function notificationProblem(notification: Tallied, mask: JunitInput['mask']): Problem {
  const { outcome } = notification;
  const message = outcomeWords(notification);
  if (outcome === null) return { kind: 'skipped', message };
  const answer = outcome.kind === 'answered' ? mask(outcome.answer).slice(0, MOST_ANSWER) : '';
  return { kind: 'failure', message, text: `${mask(outcome.url)}\n${answer}`.trim() };
}

function rehearsalCases({ tally }: JunitInput): readonly TestCase[] {
  return [...tally.rehearsals].map(([kind, { failed, firstFailed }]) => ({
    className: 'calreply.rehearsal',
    name: REHEARSAL_NAMES[kind],
    problem:
      failed === 0
        ? undefined
        : { kind: 'failure', message: 'the app did not do as it should', text: firstFailed.join('\n') },
  }));
}

function caseXml({ className, name, durationMs = 0, problem }: TestCase): string {
  const inside =
    problem === undefined ? '' : element(problem.kind, { message: problem.message }, xmlText(problem.text ?? ''));
  return `${element('testcase', { classname: className, name, time: seconds(durationMs) }, inside)}\n`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
