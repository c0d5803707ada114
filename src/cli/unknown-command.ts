import { CalReplyError } from '../errors.js';
import { closest, slipsBetween } from '../util/closest.js';
import { suggestion } from './did-you-mean.js';
import { knownWords, wordsToExplain } from './find-command.js';
import type { CommandDescription } from './program.js';
import { commandsFor, wordsFor } from './synonyms.js';

/**
 * What is wrong with a command line before any command looks at it: a command that does not exist, or a flag in its
 * place. Undefined when a command, or help, can take over.
 */
export function unknownCommand(args: readonly string[], commands: readonly Named[]): CalReplyError | undefined {
  const [first] = args;
  if (first === undefined || isHelp(first)) return undefined;
  if (first.startsWith('-')) return misplacedFlag(first);

  const words = wordsToExplain(args);
  const known = knownWords(words, commands);
  const command = commands.find(({ id }) => id === words.slice(0, known).join(':'));
  if (command) return unexpectedWord(command, words[known]);
  const ids = commands.filter(({ hidden }) => !hidden).map(({ id }) => id.split(':'));
  if (known < words.length) return notThere(words, known, ids);
  // A topic alone is a question for its help, which is text.
  return args.includes('--json') && !args.some(isHelp) && first !== 'help' ? incomplete(words, ids) : undefined;
}

type Named = Pick<CommandDescription, 'id' | 'hidden' | 'strict' | 'args'>;
type Words = readonly string[];

const isHelp = (arg: string) => arg === '--help' || arg === '-h';
const spoken = (words: Words) => `calreply ${words.join(' ')}`;

function misplacedFlag(flag: string): CalReplyError {
  if (/^--?v(ersion)?$/i.test(flag)) {
    return new CalReplyError('WrongUse', `There is no command “${flag}”.`, {
      hint: 'Did you mean: calreply --version',
    });
  }

  return new CalReplyError('WrongUse', `There is no command “${flag}”.`, {
    hint: `Flags come after the command: calreply webhooks list ${flag}`,
  });
}

/** A word behind a command that takes none. */
function unexpectedWord({ id, strict, args }: Named, word: string | undefined): CalReplyError | undefined {
  if (word === undefined || !strict || Object.keys(args).length > 0) return undefined;
  return new CalReplyError('WrongUse', `There is one word too many: ${word}`, {
    hint: `See: ${spoken(id.split(':'))} --help`,
  });
}

function notThere(words: Words, known: number, ids: readonly Words[]): CalReplyError {
  const topic = words.slice(0, known);
  const { meant, length } = known > 0 ? withinTopic(topic, words[known] ?? '', ids) : anywhere(words, ids);
  // What comes behind the name of a command are its arguments, and no part of what was not found.
  return new CalReplyError('WrongUse', `There is no command “${words.slice(0, length).join(' ')}”.`, {
    hint: suggestion(meant.map(spoken)) ?? (known > 0 ? listOf(topic, ids) : 'See: calreply help'),
  });
}

function incomplete(topic: Words, ids: readonly Words[]): CalReplyError {
  return new CalReplyError('WrongUse', `“${topic.join(' ')}” is not a command, but the start of some.`, {
    hint: listOf(topic, ids),
  });
}

/** What was meant, and how many of the words said so. */
interface Meant {
  readonly meant: readonly Words[];
  readonly length: number;
}

function withinTopic(topic: Words, word: string, ids: readonly Words[]): Meant {
  const names = ids.filter((id) => isWithin(topic, id)).map((id) => id[topic.length] ?? '');
  const elsewhere = wordsFor(word).filter((name) => names.includes(name));
  const meant = elsewhere.length > 0 ? elsewhere : closest(word, names);
  return { meant: meant.map((name) => [...topic, name]), length: topic.length + 1 };
}

function anywhere(words: Words, ids: readonly Words[]): Meant {
  const swapped = ids.filter((id) => id.length === 2 && id[0] === words[1] && id[1] === words[0]);
  if (swapped.length > 0) return { meant: swapped, length: 2 };
  const byLastWord = endingIn([words[0] ?? ''], ids);
  if (byLastWord.length > 0) return { meant: byLastWord, length: 1 };
  const elsewhere = calledElsewhere(words, ids);
  if (elsewhere.length > 0) return { meant: elsewhere, length: 1 };
  const near = mistyped(words, ids);
  return { meant: near, length: near[0]?.length ?? 1 };
}

/** What another program calls it, as a whole or by its last word: `status`, `endpoints create`, `rm`. */
function calledElsewhere([first = '', second = '']: Words, ids: readonly Words[]): readonly Words[] {
  const known = commandsFor(first)
    .map((command) => command.split(' '))
    .filter((command) => ids.some((id) => command.every((word, i) => word === id[i])));
  const within = known.flatMap((topic) => [second, ...wordsFor(second)].map((word) => [...topic, word]));
  const whole = within.filter((words) => ids.some((id) => id.join(' ') === words.join(' ')));
  if (whole.length > 0) return whole;
  return known.length > 0 ? known : endingIn(wordsFor(first), ids);
}

function endingIn(lastWords: Words, ids: readonly Words[]): readonly Words[] {
  return ids.filter((id) => id.length > 1 && lastWords.includes(id.at(-1) ?? ''));
}

/** Commands and topics each word of which is a slip away at most: of those with most words, those with fewest slips. */
function mistyped(words: Words, ids: readonly Words[]): Words[] {
  const topics = ids.filter((id) => id.length > 1).map(([topic = '']) => [topic]);
  const slipsOf = (id: Words) =>
    id.reduce((sum, word, i) => sum + (slipsBetween(words[i] ?? '', word) ?? Number.NaN), 0);
  const [best, ...others] = unique([...ids, ...topics])
    .map((id) => ({ id, slips: slipsOf(id) }))
    .filter(({ slips }) => !Number.isNaN(slips))
    .sort((a, b) => b.id.length - a.id.length || a.slips - b.slips);
  if (best === undefined) return [];
  const asGood = others.filter(({ id, slips }) => id.length === best.id.length && slips === best.slips);
  return [best, ...asGood].map(({ id }) => id);
}

function unique(ids: readonly Words[]): Words[] {
  return [...new Map(ids.map((id) => [id.join(' '), id])).values()];
}

function isWithin(topic: Words, id: Words): boolean {
  return id.length > topic.length && topic.every((word, i) => word === id[i]);
}

function listOf(topic: Words, ids: readonly Words[]): string {
  const within = ids.filter((id) => isWithin(topic, id)).map((id) => id.join(' '));
  return `There are: ${within.join(', ')}.`;
}
