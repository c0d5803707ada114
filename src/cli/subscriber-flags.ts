import { Flags } from '@oclif/core';

/** Who is listed or exported. */
export const subscriberFlags = {
  calendar: Flags.string({ summary: 'Only who is on this calendar.', helpValue: 'CODE' }),
  'opted-in': Flags.boolean({ summary: 'Only who allowed marketing, in what they said last.' }),
  all: Flags.boolean({ summary: 'Also who unsubscribed from everything.' }),
  'include-tests': Flags.boolean({ summary: 'Also those that triggered events tell of.' }),
};

interface SubscriberFlags {
  readonly calendar?: string | undefined;
  readonly 'opted-in': boolean;
  readonly all: boolean;
  readonly 'include-tests': boolean;
}

/** The flags of who is meant, as the service's query. */
export function subscriberQuery({ calendar, all, ...flags }: SubscriberFlags) {
  return {
    calendar,
    ...(flags['opted-in'] && { optedIn: true }),
    ...(all && { all: true }),
    ...(flags['include-tests'] && { includeTests: true }),
  };
}
