import { Flags } from '@oclif/core';
import { CalReplyError } from '../errors.js';
import { seededRandom } from '../util/seeded-random.js';
import type { Rehearsals } from '../tunnel/listening.js';
import { parseDuration } from './duration.js';

/** The flags of `listen` that say what is tried with a handler. */
export const rehearsalFlags = {
  'bad-signature': Flags.boolean({
    summary: 'Before each signed event, send a copy with a wrong signature: the app has to answer 4xx.',
    helpGroup: 'REHEARSAL',
  }),
  stale: Flags.string({
    summary: 'Before each signed event, send a copy that was signed so long ago: the app has to answer 4xx.',
    helpValue: '10m',
    helpGroup: 'REHEARSAL',
  }),
  duplicate: Flags.boolean({
    summary: 'After each answer of 2xx, send the same once more: the app has to answer 2xx.',
    helpGroup: 'REHEARSAL',
  }),
  delay: Flags.string({
    summary: 'Let each event wait before it is forwarded.',
    helpValue: '2s',
    helpGroup: 'REHEARSAL',
  }),
  drop: Flags.string({
    summary: 'Forward this share only when it comes again, after some seconds.',
    helpValue: '5%',
    helpGroup: 'REHEARSAL',
  }),
  seed: Flags.integer({
    summary: 'The same seed drops the same places in the order of arrival.',
    helpValue: 'NUMBER',
    helpGroup: 'REHEARSAL',
    dependsOn: ['drop'],
  }),
};

interface RehearsalFlags {
  readonly 'bad-signature': boolean;
  readonly stale?: string | undefined;
  readonly duplicate: boolean;
  readonly delay?: string | undefined;
  readonly drop?: string | undefined;
  readonly seed?: number | undefined;
  readonly 'sign-as'?: string | undefined;
}

/**
 * What is to be tried; undefined for nothing.
 *
 * @throws {CalReplyError} WrongUse
 */
export function rehearsalsOf(flags: RehearsalFlags): Rehearsals | undefined {
  if (flags.stale !== undefined && flags['sign-as'] !== undefined) {
    throw new CalReplyError('WrongUse', '--stale cannot be used with --sign-as: that webhook’s secret is not here.', {
      hint: 'Leave out --sign-as; the listener’s own secret signs the stale copies then.',
    });
  }

  const rehearsals: Rehearsals = {
    badSignature: flags['bad-signature'],
    stale: flags.stale === undefined ? 0 : parseDuration(flags.stale, '--stale'),
    duplicate: flags.duplicate,
    delay: flags.delay === undefined ? 0 : parseDuration(flags.delay, '--delay'),
    drop: flags.drop === undefined ? 0 : parseShare(flags.drop),
    random: flags.seed === undefined ? Math.random : seededRandom(flags.seed),
  };
  const { random: _, ...tried } = rehearsals;
  return Object.values(tried).some(Boolean) ? rehearsals : undefined;
}

function parseShare(text: string): number {
  const [, number] = /^(\d+(?:\.\d+)?)%$/.exec(text.trim()) ?? [];
  const share = Number(number) / 100;
  if (share > 0 && share <= 1) return share;
  throw new CalReplyError('WrongUse', `--drop takes a share of up to 100%; “${text}” is none.`, {
    hint: 'It looks like --drop 5%.',
  });
}
