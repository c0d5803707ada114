import { argumentsOf, describedBy, filled, flagsOf, isShared, spelled, spoken, usageOf } from '../command-texts.js';
import type { ArgumentDescription, CommandDescription, FlagDescription, PackageJson } from '../program.js';
import { bold } from './colors.js';
import { widthOf } from './width.js';

type Commands = readonly CommandDescription[];

/** Help for the whole program. */
export function renderProgramHelp(
  { description, oclif }: PackageJson,
  { commands, docs, width }: { readonly commands: Commands; readonly docs: string; readonly width: number },
): string {
  const single = commands.filter(({ id }) => !id.includes(':'));
  const topics = Object.entries(oclif.topics).map(([name, topic]) => [name, topic.description] as const);
  return page([
    wrapped(description, width),
    section('USAGE', '  calreply COMMAND [FLAGS]'),
    section(
      'COMMANDS',
      list(
        single.map(({ id, summary }) => [id, summary]),
        width,
      ),
    ),
    section('TOPICS', list(topics, width)),
    section('ENVIRONMENT', list(ENVIRONMENT, width)),
    [
      wrapped('More of each: calreply listen --help, calreply webhooks --help, calreply webhooks add --help.', width),
      // A path is to be copied whole.
      `Documentation: ${docs}`,
    ].join('\n'),
  ]);
}

const ENVIRONMENT = [
  ['CALREPLY_API_URL', 'The service, before that of the profile.'],
  ['CALREPLY_CLIENT_ID', 'With CALREPLY_CLIENT_SECRET: the credentials, before those of the profile.'],
  ['CALREPLY_PROFILE', 'The profile to use, before the current one.'],
  ['CALREPLY_CONFIG_DIR', 'The folder for settings and credentials.'],
  ['CALREPLY_DATA_DIR', 'The folder for the data of the embedded service.'],
  ['HTTPS_PROXY, HTTP_PROXY', 'The proxy to the service; NO_PROXY names hosts that are reached without one.'],
  ['NO_COLOR, FORCE_COLOR', 'No colours, or colours everywhere.'],
] as const;

/** Help for a topic, such as `webhooks`. */
export function renderTopicHelp(topic: string, { oclif }: PackageJson, commands: Commands, width: number): string {
  const within = commands.filter(({ id }) => id.startsWith(`${topic}:`));
  return page([
    wrapped(oclif.topics[topic]?.description ?? '', width),
    section('USAGE', `  calreply ${topic} COMMAND [FLAGS]`),
    section(
      'COMMANDS',
      list(
        within.map((command) => [spoken(command), command.summary]),
        width,
      ),
    ),
  ]);
}

/** Help for one command. */
export function renderCommandHelp(command: CommandDescription, width: number): string {
  const { text, exitCodes, remark } = describedBy(filled(command.description ?? '', command));
  const own = flagsOf(command).filter((flag) => !isShared(flag));
  const shared = flagsOf(command).filter(isShared);
  const examples = command.examples.map((example) => `  $ ${filled(example, command)}`);
  return page([
    wrapped(filled(command.summary ?? '', command), width),
    section('USAGE', `  ${usageOf(command)}`),
    paragraphs(text, width),
    section('ARGUMENTS', list(argumentsOf(command).map(argumentRow), width)),
    section('FLAGS', list(aligned(own), width)),
    section('FLAGS OF MANY COMMANDS', list(aligned(shared), width)),
    section('EXAMPLES', examples.join('\n')),
    section('EXIT CODES', [list(exitCodes, width), wrapped(remark, width, '  ')].filter(Boolean).join('\n')),
  ]);
}

/** Parts with an empty line between; those without text are left out. */
function page(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

function section(title: string, text: string): string {
  return text === '' ? '' : `${bold(title)}\n${text}`;
}

type Row = readonly [name: string, text: string | undefined];

function argumentRow({ name, description = '', options }: ArgumentDescription): Row {
  return [name.toUpperCase(), [description, optionsText(options)].filter(Boolean).join(' ')];
}

/** Flags with their long names below each other. */
function aligned(flags: readonly FlagDescription[]): Row[] {
  const hasShort = flags.some(({ char }) => char !== undefined);
  return flags.map((flag) => [`${hasShort && flag.char === undefined ? '    ' : ''}${spelled(flag)}`, flagText(flag)]);
}

function flagText(flag: FlagDescription): string {
  const { summary, description, options, type, multiple, exclusive, default: usual } = flag;
  return [
    summary ?? description ?? '',
    spelled(flag).includes('|') ? '' : optionsText(options),
    type === 'option' && usual !== undefined ? `Default: ${usual}.` : '',
    multiple === true ? 'Can be given several times.' : '',
    exclusive === undefined ? '' : `Not with ${exclusive.map((name) => `--${name}`).join(', ')}.`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function optionsText(options: readonly string[] | undefined): string {
  return options === undefined ? '' : `One of ${options.join(', ')}.`;
}

/** Names in a column, and beside each what there is to say. A name that is too long for it has a line to itself. */
function list(rows: readonly Row[], width: number): string {
  if (rows.length === 0) return '';
  const column = Math.min(Math.max(...rows.map(([name]) => widthOf(name))), LONGEST_NAME);
  const indent = ' '.repeat(column + 4);
  return rows
    .map(([name, text = '']) => {
      const lines = wrapped(text, width, indent);
      const head = `  ${name}`;
      return widthOf(name) > column ? `${head}\n${lines}` : head.padEnd(column + 4) + lines.slice(indent.length);
    })
    .join('\n');
}

const LONGEST_NAME = 32;

/** Text as it is written: items of a list have their lines indented, and what is indented already, such as a file, is left alone. */
function paragraphs(text: string, width: number): string {
  const isKept = (block: string) => block.split('\n').every((line) => line.startsWith('  '));
  return text
    .split(/\n{2,}/)
    .map((block) =>
      isKept(block)
        ? block
        : block
            .split('\n')
            .map((line) => wrapped(line, width))
            .join('\n'),
    )
    .join('\n\n');
}

/** Breaks a line between words. */
function wrapped(line: string, width: number, indent = ''): string {
  const hanging = line.startsWith('- ') ? `${indent}  ` : indent;
  const lines: string[] = [];
  let current = indent;
  for (const word of line.split(' ')) {
    const isFirst = current === indent || current === hanging;
    if (!isFirst && widthOf(current) + 1 + widthOf(word) > width) {
      lines.push(current);
      current = hanging + word;
    } else {
      current += isFirst ? word : ` ${word}`;
    }
  }

  return line === '' ? '' : [...lines, current].join('\n');
}
