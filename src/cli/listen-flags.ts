import { Flags } from '@oclif/core';
import { CalReplyError } from '../errors.js';
import { seededRandom } from '../util/seeded-random.js';
import type { Rehearsals } from '../tunnel/listening.js';
import { parseDuration } from './duration.js';

/* The flags of `listen` that say where deliveries go, and what is tried with them on the way. */

/** Where deliveries go. */
export const routeFlags = {
  'forward-to': Flags.string({
    char: 'f',
    summary:
      'A local app: 3000, localhost:3000/hooks, or a URL, port 80 when none is given; or one for some types: subscribe,unsubscribe=3000/new.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'TARGET',
  }),
  'mirror-to': Flags.string({
    summary: 'An app that gets a copy, in the same forms; what it answers changes nothing.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'TARGET',
  }),
  config: Flags.string({
    summary: 'A project file with routes.',
    helpValue: 'FILE',
    defaultHelp: () => Promise.resolve('calreply.json, when it is here'),
  }),
  ca: Flags.string({
    summary: 'Trust the authorities of this file (PEM) for https targets.',
    helpValue: 'FILE',
  }),
  insecure: Flags.boolean({ summary: 'Take any certificate of an https target.' }),
};

/** What is tried with a handler. */
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
