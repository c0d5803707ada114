import { Flags } from '@oclif/core';
import type { Subscribe, UpdateSubscription } from '../api/contract.js';
import { CalReplyError } from '../errors.js';
import { parseJson } from '../util/http-client.js';
import { parsePairs } from './input.js';

/* What is said of a subscription, as flags, and as the body of CalReply's calls. */

/** What a subscriber chooses, and may choose anew. */
export const choiceFlags = {
  tag: Flags.string({
    summary: 'A tag they choose: by its name, its id, or your own name for it (externalId).',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'TAG',
  }),
  marketing: Flags.boolean({ summary: 'They allow marketing, or with --no-marketing not.', allowNo: true }),
  'additional-opt-in': Flags.boolean({ summary: 'They tick your own box, or not.', allowNo: true }),
  'time-zone': Flags.string({
    summary: 'Their Windows time zone, such as “Eastern Standard Time”.',
    helpValue: 'ZONE',
  }),
  set: Flags.string({
    summary: 'Any other field of CalReply’s call: name=value, or JSON for a list.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME=VALUE',
  }),
};

/** What is said once, where somebody subscribes. */
export const personFlags = {
  email: Flags.string({ summary: 'Their e-mail address.', helpValue: 'ADDRESS' }),
  'user-name': Flags.string({
    summary: 'Their id in your own system. One is subscribed once; events do not tell it.',
    helpValue: 'NAME',
  }),
  'subscriber-id': Flags.string({ summary: 'Your id for the person, which events tell.', helpValue: 'ID' }),
  zip: Flags.string({ summary: 'Their zip code.', helpValue: 'ZIP' }),
  'utm-source': Flags.string({ summary: 'How they came.', helpValue: 'SOURCE' }),
  'utm-medium': Flags.string({ summary: 'By which kind of link.', helpValue: 'MEDIUM' }),
  'utm-campaign': Flags.string({ summary: 'In which campaign.', helpValue: 'CAMPAIGN' }),
};

interface ChoiceValues {
  readonly marketing?: boolean | undefined;
  readonly 'additional-opt-in'?: boolean | undefined;
  readonly 'time-zone'?: string | undefined;
  readonly set?: readonly string[] | undefined;
}

/**
 * The fields that a subscriber chooses. What no flag names is not there.
 *
 * @throws {CalReplyError} WrongUse for a --set that is no pair
 */
export function choicesOf(flags: ChoiceValues): UpdateSubscription {
  const named = {
    marketingAllowed: flags.marketing,
    additionalOptIn: flags['additional-opt-in'],
    timeZoneId: flags['time-zone'],
    ...otherFields(flags.set ?? []),
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

type PersonValues = { readonly [Name in keyof typeof personFlags]?: string | undefined };

/**
 * The body of the call to subscribe.
 *
 * @throws {CalReplyError} WrongUse for an empty flag, as of a variable of a script that is not set
 */
export function subscribeBody(flags: ChoiceValues & PersonValues): Subscribe {
  const empty = Object.keys(personFlags).find((name) => flags[name as keyof PersonValues] === '');
  if (empty !== undefined) {
    throw new CalReplyError('WrongUse', `--${empty} is empty.`, { hint: 'Leave it out where nothing is known.' });
  }

  return {
    emailAddress: flags.email,
    userName: flags['user-name'],
    subscriberId: flags['subscriber-id'],
    channelFinderZipCode: flags.zip,
    utmSource: flags['utm-source'],
    utmMedium: flags['utm-medium'],
    utmCampaign: flags['utm-campaign'],
    ...choicesOf(flags),
  };
}

function otherFields(pairs: readonly string[]): Record<string, unknown> {
  const fields = Object.entries(parsePairs(pairs, '--set'));
  return Object.fromEntries(fields.map(([name, text]) => [name, valueOf(name, text)]));
}

/** The fields of CalReply's calls that are numbers: a zip code is none. */
const NUMBERS: ReadonlySet<string> = new Set(['eventReminderMinutes', 'subscriptionMethod']);

/** Text, but for what can be nothing else; whoever means the text `true` says it in JSON: `"true"`. */
function valueOf(name: string, text: string): unknown {
  const isOther = /^(true|false|null|["[{].*)$/s.test(text) || (NUMBERS.has(name) && /^\d+$/.test(text));
  const parsed = isOther ? parseJson(text) : undefined;
  return parsed === undefined ? text : parsed;
}
