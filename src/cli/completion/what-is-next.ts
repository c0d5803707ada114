import type { ArgumentDescription, CommandDescription, Commands, FlagDescription } from '../program.js';
import { kindOfArgument, kindOfFlag, type ValueKind } from './value-kinds.js';

/** Something that can stand where the cursor is. */
export interface Candidate {
  readonly value: string;
  /** Shown beside it by shells that can; empty when there is nothing to say. */
  readonly description: string;
}

/** What can stand where the cursor is: what is known already, and what must be looked for. */
export interface Next {
  readonly candidates: readonly Candidate[];
  /** Values of this kind, too. */
  readonly kind: ValueKind | undefined;
  /** What stands before each value in the same word, such as `--events=subscribe,`. */
  readonly prefix: string;
  /** Values that are there already, of a flag or argument that takes several. */
  readonly taken: readonly string[];
}

const NOTHING: Next = { candidates: [], kind: undefined, prefix: '', taken: [] };

/**
 * Reads a command line up to the cursor.
 *
 * @param words what was typed behind the name of the program; the last one is being typed, and may be empty
 * @param topics the descriptions of the topics
 */
export function whatIsNext(words: readonly string[], commands: Commands, topics: Topics): Next {
  const isHelp = words[0] === 'help' && words.length > 1;
  const typed = words.slice(isHelp ? 1 : 0, -1);
  const current = words.at(-1) ?? '';
  const shown = Object.values(commands).filter(({ hidden }) => !hidden);
  const command = commandOf(typed, shown);
  if (command && !isHelp) return insideCommand(command, typed.slice(command.id.split(':').length), current);
  if (command) return NOTHING;
  if (current.startsWith('-')) return { ...NOTHING, candidates: GENERAL_FLAGS };
  return { ...NOTHING, candidates: nextWords(typed, shown, topics) };
}

type Topics = Readonly<Record<string, { readonly description: string }>>;

const HELP: Candidate = { value: '--help', description: 'Show help.' };
const GENERAL_FLAGS: readonly Candidate[] = [HELP, { value: '--version', description: 'Show the version.' }];

function commandOf(words: readonly string[], commands: readonly CommandDescription[]): CommandDescription | undefined {
  return commands.find(({ id }) => id.split(':').every((word, i) => word === words[i]));
}

/** The words that follow `typed` in the name of some command. */
function nextWords(
  typed: readonly string[],
  commands: readonly CommandDescription[],
  topics: Topics,
): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  for (const { id, summary = '' } of commands) {
    const words = id.split(':');
    const value = words[typed.length];
    if (value === undefined || !typed.every((word, i) => word === words[i])) continue;
    const isWhole = words.length === typed.length + 1;
    found.set(value, { value, description: isWhole ? summary : (topics[value]?.description ?? '') });
  }

  return [...found.values()];
}

/** What was typed behind the name of the command, taken apart. */
interface Given {
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
  /** The flag whose value comes next. */
  readonly open: FlagDescription | undefined;
  /** `--` was typed: nothing behind it is a flag. */
  readonly onlyPositionals: boolean;
}

function insideCommand(command: CommandDescription, typed: readonly string[], current: string): Next {
  const given = takenApart(command, typed);
  if (given.open) return valueOf(given.open, current, '', given);
  if (given.onlyPositionals || !current.startsWith('-')) return positional(command, given, current);

  const [, name, value] = /^(--[^=]+)=(.*)$/s.exec(current) ?? [];
  const flag = name === undefined ? undefined : flagCalled(command, name);
  if (flag?.type === 'option') return valueOf(flag, value ?? '', `${name}=`, given);
  return { ...NOTHING, candidates: flagsOf(command, given) };
}

function takenApart(command: CommandDescription, typed: readonly string[]): Given {
  const flags = new Map<string, string[]>();
  const positionals: string[] = [];
  let open: FlagDescription | undefined;
  let onlyPositionals = false;
  for (const word of typed) {
    if (open) {
      flags.get(open.name)?.push(word);
      open = undefined;
    } else if (onlyPositionals || !word.startsWith('-') || word === '-') {
      positionals.push(word);
    } else if (word === '--') {
      onlyPositionals = true;
    } else {
      const [name = '', ...value] = word.split('=');
      const flag = flagCalled(command, name);
      if (!flag) continue;
      const values = flags.get(flag.name) ?? [];
      flags.set(flag.name, values);
      if (value.length > 0) values.push(value.join('='));
      else if (flag.type === 'option') open = flag;
    }
  }

  return { flags, positionals, open, onlyPositionals };
}

function flagCalled({ flags }: CommandDescription, text: string): FlagDescription | undefined {
  return Object.values(flags).find(
    ({ name, char, allowNo }) =>
      text === `--${name}` || (char !== undefined && text === `-${char}`) || (allowNo && text === `--no-${name}`),
  );
}

/** The flags that can still be given. */
function flagsOf({ flags }: CommandDescription, given: Given): Candidate[] {
  const all = Object.values(flags);
  const excluded = new Set(
    all.flatMap(({ name, exclusive = [] }) => [
      ...(given.flags.has(name) ? exclusive : []),
      ...(exclusive.some((other) => given.flags.has(other)) ? [name] : []),
    ]),
  );
  const free = all.filter(
    ({ name, hidden, multiple }) => !hidden && !excluded.has(name) && (multiple || !given.flags.has(name)),
  );
  // Its own before those that every command has.
  const own = (flag: FlagDescription) => (flag.helpGroup === 'GLOBAL' ? 1 : 0);
  const named = free
    .sort((a, b) => own(a) - own(b))
    .flatMap(({ name, summary, description, allowNo }) =>
      [`--${name}`, ...(allowNo ? [`--no-${name}`] : [])].map((value) => ({
        value,
        description: summary ?? description ?? '',
      })),
    );
  return [...named, HELP];
}

function positional(command: CommandDescription, given: Given, current: string): Next {
  const args = Object.values(command.args);
  // A command that takes any number of words takes the last kind of them again and again.
  const place = command.strict ? given.positionals.length : Math.min(given.positionals.length, args.length - 1);
  const argument: ArgumentDescription | undefined = args[place];
  if (argument) {
    const kind = kindOfArgument(command, argument);
    return { candidates: plain(argument.options), kind, prefix: '', taken: given.positionals };
  }

  // Nothing but flags can follow. Said only when asked with nothing typed, since it is no continuation of a word.
  return { ...NOTHING, candidates: current === '' && !given.onlyPositionals ? flagsOf(command, given) : [] };
}

function valueOf(flag: FlagDescription, current: string, prefix: string, { flags }: Given): Next {
  const { delimiter, options, multiple } = flag;
  const here = delimiter === undefined ? [] : current.split(delimiter).slice(0, -1);
  const start = here.map((value) => `${value}${delimiter}`).join('');
  const earlier = multiple ? (flags.get(flag.name) ?? []) : [];
  const taken = [...earlier.flatMap((value) => (delimiter === undefined ? [value] : value.split(delimiter))), ...here];
  return { candidates: plain(options), kind: kindOfFlag(flag), prefix: prefix + start, taken };
}

function plain(values: readonly string[] = []): Candidate[] {
  return values.map((value) => ({ value, description: '' }));
}
