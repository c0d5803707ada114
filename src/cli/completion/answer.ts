import { printable } from '../output/terminal.js';
import type { Program } from '../program.js';
import { isShell, type Shell } from './shells.js';
import { valuesOf } from './values.js';
import { whatIsNext, type Candidate } from './what-is-next.js';

/**
 * Answers a completion script: what can stand where the cursor is.
 *
 * The script passes `__complete SHELL WORD_BREAKS -- WORDS…`, the words behind the name of the program, of which the last
 * is being typed. The first line of the answer is `files`, `folders` or `values`, whether the shell shall offer paths; a
 * value is on each further line, for zsh and fish with a tab and its description behind it.
 *
 * @returns the lines; undefined for anything else than such a question
 */
export async function answer(program: Program, args: readonly string[]): Promise<string | undefined> {
  const [shell = '', wordBreaks = '', mark, ...typed] = args;
  if (!isShell(shell) || mark !== '--') return undefined;
  const words = shell === 'bash' ? joined(typed, wordBreaks) : typed;
  const current = words.at(-1) ?? '';
  const { oclif } = program.packageJson;
  const { candidates, kind, prefix, taken } = whatIsNext(words, program.commands(), oclif.topics);
  if (kind === 'file' || kind === 'folder') return `${kind}s`;

  const found = kind === undefined ? [] : await valuesOf(kind, { words, userAgent: program.userAgent });
  const lines = [...candidates, ...found]
    .filter(({ value }) => isSafe(value) && !taken.includes(value))
    .map(({ value, description }) => ({ value: prefix + value, description: shortText(description) }))
    .filter(({ value }) => shell !== 'bash' || value.startsWith(current))
    .map((candidate) => FORMATS[shell](candidate, brokenOff(current, wordBreaks)));
  return ['values', ...lines].join('\n');
}

/**
 * bash takes a line apart also at `=` and `:`, which makes three words of `--status=failed`. They are put together again,
 * on the assumption that nobody puts spaces around them.
 */
function joined(words: readonly string[], wordBreaks: string): string[] {
  const isBreak = (word: string | undefined) =>
    word !== undefined && /^[=:]+$/.test(word) && wordBreaks.includes(word.slice(0, 1));
  const whole: string[] = [];
  words.forEach((word, i) => {
    const continues = i > 0 && (isBreak(word) || isBreak(words[i - 1]));
    if (continues && whole.length > 0) whole.push(`${whole.pop()}${word}`);
    else whole.push(word);
  });
  return whole;
}

/** The part of the word that bash keeps as it is, since it sees a word of its own behind it. */
function brokenOff(word: string, wordBreaks: string): number {
  const breaks = ['=', ':'].filter((mark) => wordBreaks.includes(mark));
  return Math.max(...breaks.map((mark) => word.lastIndexOf(mark) + 1), 0);
}

const FORMATS: Readonly<Record<Shell, (candidate: Candidate, kept: number) => string>> = {
  bash: ({ value }, kept) => value.slice(kept),
  zsh: ({ value, description }) => `${value}\t${description}`,
  fish: ({ value, description }) => `${value}\t${description}`,
};

/** What is put on the command line as it is must mean nothing to a shell, whatever a service calls its things. */
function isSafe(value: string): boolean {
  return /^[\w@%+:.,/=-]+$/.test(value);
}

const LONGEST = 80;

/** One line of plain text. */
function shortText(description: string): string {
  const text = printable(description).trim();
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
