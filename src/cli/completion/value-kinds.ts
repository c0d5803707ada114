import type { ArgumentDescription, CommandDescription, FlagDescription } from '../program.js';

/**
 * What the value of a flag or argument is, as far as completion can help with it. It follows from how commands name and
 * describe their parts, so that a new command needs no entry here:
 *
 * 1. the placeholder of a flag tells (`--data FILE`, `--to WEBHOOK`, `--events TYPE`), and the name of an argument
 *    (`type`, `file`);
 * 2. an argument `id` or `name` takes what its topic is about (`webhooks show ID`);
 * 3. what is called as a kind is called takes one (`--webhook ID`, `--profile NAME`).
 */
export const VALUE_KINDS = [
  'event-type',
  'profile',
  'webhook',
  'event',
  'notification',
  'calendar',
  'file',
  'folder',
] as const;

export type ValueKind = (typeof VALUE_KINDS)[number];

/** What placeholders in the help stand for. */
const PLACEHOLDERS: Readonly<Record<string, ValueKind>> = {
  TYPE: 'event-type',
  CODE: 'calendar',
  WEBHOOK: 'webhook',
  FILE: 'file',
  DIR: 'folder',
};

export function kindOfFlag({ name, helpValue }: FlagDescription): ValueKind | undefined {
  return (typeof helpValue === 'string' ? kindOfPlaceholder(helpValue) : undefined) ?? kindCalled(name);
}

export function kindOfArgument(
  { id }: Pick<CommandDescription, 'id'>,
  { name }: ArgumentDescription,
): ValueKind | undefined {
  const [topic = ''] = id.split(':');
  const isOfTopic = /^(id|name)s?$/.test(name);
  return kindOfPlaceholder(name.toUpperCase()) ?? kindCalled(isOfTopic ? topic : name);
}

/** `webhook` and `webhooks` alike. */
function kindCalled(name: string): ValueKind | undefined {
  return VALUE_KINDS.find((kind) => kind === name || `${kind}s` === name);
}

/** Only the first word counts: `FILE|-` is a file too. */
function kindOfPlaceholder(text: string): ValueKind | undefined {
  const [word = ''] = /^[A-Z]+/.exec(text) ?? [];
  return Object.hasOwn(PLACEHOLDERS, word) ? PLACEHOLDERS[word] : undefined;
}
