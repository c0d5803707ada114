import { stripVTControlCharacters } from 'node:util';

/**
 * What oclif's parser finds wrong with a command line, in our words and on one line. It says it over several lines, in
 * colours, with a head and an advice that are ours to give.
 */
export function parserText(message: string): string {
  const [, list, text = message] =
    /^(The following errors? occurred:)?(.*?)(\n+Note: .*|\nSee more help with --help)?$/s.exec(
      stripVTControlCharacters(message),
    ) ?? [];
  const lines = text
    .split('\n')
    .map((line) => line.trim().replace(/ {2,}/g, ': '))
    .filter((line) => line !== '');
  return list === undefined ? inOurWords(lines.join(' ')) : lines.map(inOurWords).join(' ');
}

/** Of a text that is not known here, nothing is changed: it may be of a newer oclif. */
function inOurWords(text: string): string {
  for (const [pattern, say] of SENTENCES) {
    const match = pattern.exec(text);
    if (match) return say(...(match.slice(1) as Parts));
  }
  return text;
}

type Parts = [first: string, second: string, third: string];

const SENTENCES: readonly (readonly [pattern: RegExp, say: (...parts: Parts) => string])[] = [
  [/^Missing required flag (\S+)$/, (flag) => `--${flag} is missing.`],
  [/^Missing 1 required arg: (\S+): (.*?)\.?$/s, (name, what) => `${name.toUpperCase()} is missing: ${begun(what)}.`],
  [/^Missing 1 required arg: (\S+)$/, (name) => `${name.toUpperCase()} is missing.`],
  [/^Unexpected argument: (.*)$/s, (word) => `There is one word too many: ${word}`],
  [/^Unexpected arguments: (.*)$/s, (words) => `There are words too many: ${words}`],
  [
    /^--([^\s=]+)(?:=.*)? cannot also be provided when using --(\S+)$/s,
    (one, other) => `--${one} and --${other} do not go together.`,
  ],
  [/^All of the following must be provided when using (--\S+): (.*)$/, (flag, others) => `${flag} needs ${others}.`],
  [
    /^Expected --([^\s=]+)=(.*) to be one of: (.*?)$/s,
    (flag, value, options) => `--${flag} cannot be “${value}”. It is one of ${options}.`,
  ],
  [/^Expected (.*) to be one of: (.*?)$/s, (value, options) => `It cannot be “${value}”. It is one of ${options}.`],
  [
    /^Parsing (--\S+) Expected an integer but received: (.*)$/s,
    (flag, value) => `${flag} is a whole number, not “${value}”.`,
  ],
  [
    /^Parsing (--\S+) Expected an integer greater than or equal to (\S+) but received: (.*)$/s,
    (flag, least, value) => `${flag} is at least ${least}, not ${value}.`,
  ],
  [
    /^Parsing (--\S+) Expected an integer less than or equal to (\S+) but received: (.*)$/s,
    (flag, most, value) => `${flag} is at most ${most}, not ${value}.`,
  ],
  [/^Parsing (--\S+) (.*)$/s, (flag, problem) => `${flag}: ${problem}`],
  [/^Flag (--\S+) expects a value$/, (flag) => `${flag} needs a value.`],
  [
    /^Flag (--\S+) expects one of these values: (.*)$/,
    (flag, options) => `${flag} needs a value. It is one of ${options}.`,
  ],
  [/^Flag (--\S+) can only be specified once$/, (flag) => `${flag} is there twice.`],
];

/** A description, within a sentence. */
function begun(description: string): string {
  return description.charAt(0).toLowerCase() + description.slice(1);
}
