import { Flags } from '@oclif/core';
import { CalReplyError } from '../errors.js';
import {
  EVENT_TYPES,
  HISTORY_TYPES,
  kebabEventType,
  parseEventType,
  parseHistoryType,
  type EventType,
} from '../model/event-types.js';
import { NOTIFICATION_STATUSES } from '../model/notification.js';
import { didYouMean } from './did-you-mean.js';
import { envFile, type EnvFile, type EnvFileOptions } from './env-file.js';

/* Flags that more than one command has. */

/** `--events subscribe,unsubscribe`: the types a webhook or listener wants. */
export const eventTypesFlag = (
  summary = 'The types it wants, with commas between; every type when absent, or with “all”.',
) =>
  Flags.string({
    char: 'e',
    summary,
    helpValue: 'TYPE',
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
  });

/** Where a new secret goes instead of onto the screen. */
export const secretFlags = {
  'write-env': Flags.string({
    summary: 'Put the secret into this env file, and show it nowhere.',
    helpValue: 'FILE',
  }),
  'env-name': Flags.string({
    summary: 'The variable of that file.',
    helpValue: 'NAME',
    dependsOn: ['write-env'],
    defaultHelp: () => Promise.resolve(SECRET_VARIABLE),
  }),
};

/** Where new credentials go instead of onto the screen. */
export const credentialsFlag = {
  'write-env': Flags.string({
    summary: 'Put the credentials into this env file, and show the secret nowhere.',
    helpValue: 'FILE',
  }),
};

const SECRET_VARIABLE = 'CALREPLY_WEBHOOK_SECRET';

/**
 * The file that `secretFlags` name, found fit for a secret.
 *
 * @throws {CalReplyError} WrongUse
 */
export function envFileOf(
  flags: { readonly 'write-env'?: string | undefined; readonly 'env-name'?: string | undefined },
  options: EnvFileOptions,
): EnvFile | undefined {
  const path = flags['write-env'];
  return path === undefined ? undefined : envFile(path, flags['env-name'] ?? SECRET_VARIABLE, options);
}

/** Narrow what is shown of the history. */
export const filterFlags = {
  type: Flags.string({ summary: 'Only this type of event.', helpValue: 'TYPE' }),
  calendar: Flags.string({ summary: 'Only this calendar.', helpValue: 'CODE' }),
  subscription: Flags.string({ summary: 'Only this subscription.', helpValue: 'ID' }),
};

/** Narrow what is shown of the history of notifications. */
export const notificationFlags = {
  status: Flags.option({ options: NOTIFICATION_STATUSES, summary: 'Only those that are in this state.' })(),
  webhook: Flags.string({ summary: 'Only what goes to this webhook.', helpValue: 'ID' }),
  event: Flags.string({ summary: 'Only those of this event.', helpValue: 'ID' }),
};

/** The same, and to a span of time. */
export const historyFlags = {
  ...filterFlags,
  since: Flags.string({
    summary: 'Not before: 10m, 2h, 7d, 1w, a date such as 2026-11-23, or a time such as 2026-11-23T15:00:00Z.',
    helpValue: 'TIME',
  }),
  until: Flags.string({ summary: 'Before, in the same forms.', helpValue: 'TIME' }),
};

/** Narrow a list, and page through it. */
export const listFlags = {
  ...historyFlags,
  limit: Flags.integer({ char: 'n', summary: 'At most this many.', default: 25, min: 1, max: 1000 }),
  cursor: Flags.string({ summary: 'Go on after a page: its nextCursor.', helpValue: 'CURSOR' }),
};

/** Who is told; `webhooksNamed` reads it. Not greedy: what follows is an argument. */
export const toFlag = Flags.string({
  summary: 'Only to this webhook, by id; mine are the listeners of this machine that are connected.',
  multiple: true,
  multipleNonGreedy: true,
  helpValue: 'WEBHOOK|mine',
});

/** Ends a command only when what it sent was tried. */
export const waitFlag = Flags.boolean({
  char: 'w',
  summary:
    'Wait until each notification was tried, up to 30 s without progress, and fail if one is not delivered. What waits for a listener that is not connected is not waited for.',
});

/**
 * The types that `--events` names, in the service's spelling; empty for `all`, which is every type, also those to come;
 * undefined without the flag.
 *
 * @throws {CalReplyError} UnknownEventType; WrongUse when no type is named, as by an empty variable of a script: to the
 *   service no type is every type
 */
export function eventTypesOf(names: readonly string[] | undefined): EventType[] | undefined {
  if (names === undefined) return undefined;
  const named = names.filter((name) => name.trim() !== '');
  if (named.length === 0) {
    throw new CalReplyError('WrongUse', '--events names no type.', {
      hint: 'For every type: --events all. For some: --events subscribe,unsubscribe',
    });
  }

  const isAll = (name: string) => name.trim().toLowerCase() === 'all';
  return named.every(isAll) ? [] : named.map(eventTypeOf);
}

/** @throws {CalReplyError} UnknownEventType */
export function eventTypeOf(name: string): EventType {
  const type = parseEventType(name);
  if (type) return type;
  throw unknownType(name, EVENT_TYPES.map(kebabEventType));
}

/**
 * The type that a filter of the history names; what came in at an inbox has one that no event of CalReply has.
 *
 * @throws {CalReplyError} UnknownEventType; WrongUse for several
 */
export function historyTypeOf(name: string): string {
  const type = parseHistoryType(name);
  if (type) return type;
  if (name.includes(',')) {
    throw new CalReplyError('WrongUse', `--type takes one type, and “${name}” names several.`, {
      hint: 'See them all with: calreply events types',
    });
  }

  throw unknownType(name, HISTORY_TYPES.map(kebabEventType));
}

/** What is said of a name that no type has. */
export function unknownType(name: string, names: readonly string[]): CalReplyError {
  return new CalReplyError('UnknownEventType', `“${name}” is not a type of event. There are ${names.join(', ')}.`, {
    hint: didYouMean(name, names),
  });
}
