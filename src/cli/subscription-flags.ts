import { Flags } from '@oclif/core';
import type { Subscribe, UpdateSubscription } from '../api/contract.js';
import { parsePairs } from './input.js';

/* What is said of a subscription, as flags, and as the body of CalReply's calls. */

/** What a subscriber chooses, and may choose anew. */
export const choiceFlags = {
  tag: Flags.string({
    summary: 'A tag they choose, by its id or by your own name for it (externalId).',
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
    summary: 'Any other field of the call: name=value. true, false, null and numbers are those.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME=VALUE',
  }),
};

/** What is said once, where somebody subscribes. */
export const personFlags = {
  email: Flags.string({ summary: 'Their e-mail address.', helpValue: 'ADDRESS' }),
  'user-name': Flags.string({ summary: 'Their id in your own system. One is subscribed once.', helpValue: 'NAME' }),
  'subscriber-id': Flags.string({ summary: 'Your id for the person.', helpValue: 'ID' }),
  zip: Flags.string({ summary: 'Their zip code.', helpValue: 'ZIP' }),
  'utm-source': Flags.string({ summary: 'How they came.', helpValue: 'SOURCE' }),
  'utm-medium': Flags.string({ summary: 'By which kind of link.', helpValue: 'MEDIUM' }),
  'utm-campaign': Flags.string({ summary: 'In which campaign.', helpValue: 'CAMPAIGN' }),
};

interface ChoiceValues {
  readonly tag?: readonly string[] | undefined;
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
export function choicesOf(flags: ChoiceValues): Pick<UpdateSubscription, 'calendarTags'> {
  return withoutUndefined({
    calendarTags: flags.tag?.map((tag) => (GUID.test(tag) ? { internalId: tag } : { externalId: tag })),
    marketingAllowed: flags.marketing,
    additionalOptIn: flags['additional-opt-in'],
    timeZoneId: flags['time-zone'],
    ...otherFields(flags.set ?? []),
  });
}

type PersonValues = { readonly [Name in keyof typeof personFlags]?: string | undefined };

/** The body of the call to subscribe. */
export function subscribeBody(flags: ChoiceValues & PersonValues): Subscribe {
  return {
    ...withoutUndefined({
      emailAddress: flags.email,
      userName: flags['user-name'],
      subscriberId: flags['subscriber-id'],
      channelFinderZipCode: flags.zip,
      utmSource: flags['utm-source'],
      utmMedium: flags['utm-medium'],
      utmCampaign: flags['utm-campaign'],
    }),
    ...choicesOf(flags),
  };
}

function otherFields(pairs: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parsePairs(pairs, '--set')).map(([name, text]) => [name, valueOf(text)]));
}

/** Whoever means the text `true` says it in JSON: `"true"`. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function withoutUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
