import { Flags } from '@oclif/core';
import { CalReplyError } from '../errors.js';
import { DEFAULT_CONCURRENCY, MOST_WINDOW } from '../model/listener.js';
import { parseTime } from './time.js';

/** The flags of `listen` that say how the listener takes its place, and how events come to it. */
export const linkFlags = {
  since: Flags.string({
    summary: 'Start there: what is younger comes again. A time (10m, 2h, 2026-11-23T15:04) or a notification.',
    helpValue: 'TIME|NOTIFICATION',
    exclusive: ['no-backlog'],
  }),
  'no-backlog': Flags.boolean({
    summary: 'Skip what waited for this listener, and start with what happens from now on.',
  }),
  takeover: Flags.boolean({ summary: 'Take the listener from whoever has it; that one ends.' }),
  concurrency: Flags.integer({
    summary: 'So many events may be at the local app at once.',
    min: 1,
    max: MOST_WINDOW,
    helpValue: 'NUMBER',
    defaultHelp: () => Promise.resolve(String(DEFAULT_CONCURRENCY)),
    exclusive: ['strict-order'],
  }),
  'strict-order': Flags.boolean({
    summary: 'One event at a time, in the order in which they happened; otherwise order holds within a subscription.',
  }),
  'sign-as': Flags.string({
    summary: 'Sign with the secret of this webhook of yours, by its id or URL.',
    helpValue: 'WEBHOOK',
  }),
};

/** Where a listener is to start: at this moment, at a time (ISO 8601), or with a notification. */
export interface Place {
  readonly start: string;
}

/**
 * Where the flags say to start; undefined: at the listener's own place.
 *
 * @throws {CalReplyError} WrongUse for what is no time, or lies ahead
 */
export function placeOf(flags: { since?: string | undefined; 'no-backlog': boolean }, now: number): Place | undefined {
  const { since, 'no-backlog': skips } = flags;
  if (skips) return { start: 'now' };
  if (since === undefined || since.startsWith('ntf_')) return since === undefined ? undefined : { start: since };
  const start = parseTime(since, now);
  if (Date.parse(start) <= now) return { start };
  throw new CalReplyError('WrongUse', `--since ${since} lies ahead.`, {
    hint: 'It takes how long ago, such as 10m, a time that was, or a notification.',
  });
}
