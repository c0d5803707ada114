import { Flags } from '@oclif/core';
import { CalReplyError } from '../errors.js';
import { parseExpectation, type Expectation } from '../listen/expectation.js';
import { parseSpan } from './time.js';

/* The flags of `listen` for tests and recordings. */

/** When a run ends by itself, and who is told what it came to. */
export const endingFlags = {
  exec: Flags.string({
    summary: 'Run this in the shell once the listener is ready, with CALREPLY_INBOX_URL and more set, and end with it.',
    helpValue: 'COMMAND',
  }),
  expect: Flags.string({
    summary:
      'So many notifications of a type must be answered 2xx: subscribe=2 exactly, subscribe=2+ at least, subscribe=0 none; inbox and any are types too.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'TYPE=COUNT',
  }),
  within: Flags.string({
    summary: 'How long that may take once the listener is ready; with --exec, once the command has ended.',
    helpValue: 'SPAN',
    defaultHelp: () => Promise.resolve('30s'),
  }),
  'ready-file': Flags.string({
    summary: 'A file that is there while the listener is ready, with its inbox URL, ids and secret.',
    helpValue: 'FILE',
  }),
  junit: Flags.string({
    summary: 'Write a JUnit report: expectations, notifications, rehearsals.',
    helpValue: 'FILE',
  }),
};

/** Recording, and playing what was recorded. */
export const recordingFlags = {
  save: Flags.string({
    summary: 'Record every delivery, one a line. A recording that is there is not overwritten: it cannot be had again.',
    helpValue: 'FILE',
  }),
  append: Flags.boolean({ summary: 'Go on with a recording that is there.', dependsOn: ['save'] }),
  replay: Flags.string({
    summary:
      'Play a recording to the local app, without a service or a login; - reads standard input. It is signed anew when CALREPLY_WEBHOOK_SECRET is set.',
    helpValue: 'FILE',
    exclusive: [
      'exec',
      'within',
      'ready-file',
      'save',
      'events',
      'name',
      'print-secret',
      'write-env',
      'since',
      'no-backlog',
      'takeover',
      'concurrency',
      'strict-order',
      'sign-as',
      'drop',
      'profile',
      'api-url',
      'local',
    ],
  }),
  rate: Flags.string({
    summary: 'Play no faster than this: 10/s or 600/m.',
    helpValue: 'RATE',
    dependsOn: ['replay'],
  }),
};

/** How long what is expected may take when nobody says, in milliseconds. */
const WITHIN = 30_000;

/** What `--expect` and `--within` say. */
export interface Expected {
  readonly expectations: readonly Expectation[];
  /** In milliseconds. */
  readonly within: number;
}

/** @throws {CalReplyError} WrongUse, UnknownEventType */
export function expectedBy(flags: {
  readonly expect?: readonly string[] | undefined;
  readonly exec?: string | undefined;
  readonly within?: string | undefined;
}): Expected {
  const expectations = (flags.expect ?? []).map(parseExpectation);
  if (flags.within !== undefined && expectations.length === 0 && flags.exec === undefined) {
    throw new CalReplyError('WrongUse', '--within is for what is expected: nothing is.', {
      hint: 'Such as: --expect subscribe=1 --within 30s',
    });
  }

  return { expectations, within: flags.within === undefined ? WITHIN : parseSpan(flags.within, '--within') };
}
