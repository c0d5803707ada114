import { systemErrorText } from '../../util/system-error-text.js';
import { heldLines } from './held-lines.js';

/*
 * The one door to the terminal. The result of a command goes to stdout, everything else to stderr. Whatever an event or
 * a service says, no control character of it gets through: texts of others are made `printable` where they are put into
 * a sentence, which leaves them on one line and without colours, and whatever was forgotten there is caught at the door.
 */

/** Prints a part of the result. */
export function out(text: string): void {
  if (diverted && process.stdout.isTTY) return diverted(text);
  process.stdout.write(`${shownOn('stdout', text)}\n`);
}

/** Prints what is not the result: progress, hints, errors. */
export function say(text: string): void {
  if (diverted && process.stderr.isTTY) return diverted(text);
  process.stderr.write(`${shownOn('stderr', text)}\n`);
}

/** Resolves when what was printed of the result was taken: until then it fills the memory, and may not be written at all. */
export async function outTaken(): Promise<void> {
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  // A failure is told after the callback.
  await new Promise((resolve) => setImmediate(resolve));
}

type Stream = 'stdout' | 'stderr';
const plain = new Set<Stream>();

let diverted: ((text: string) => void) | undefined;

/** From here on, what would be printed in the terminal is told to `to`: a screen is there, and would be written over. */
export function divertTexts(to: ((text: string) => void) | undefined): void {
  diverted = to;
  if (!to) heldLog.release();
}

const heldLog = heldLines((lines) => say(`… lines of the service’s log left out: ${lines}`));

/**
 * Writes a line of the log of a service in this process to stderr: at once, or, where that would be over a screen, when
 * that is gone. It is for later, and not worth a line of the screen.
 *
 * @param write does it
 */
export function logBesideScreen(write: () => void): void {
  if (diverted && process.stderr.isTTY) heldLog.hold(write);
  else write();
}

/** From here on, what is printed there has no colours. */
export function keepPlain(stream: Stream): void {
  plain.add(stream);
}

/** Replaces the line that is being shown on stderr, in a terminal: a progress bar. Nothing takes it away. */
export function sayAgain(text: string): void {
  process.stderr.write(`\r\u001b[K${shownOn('stderr', text)}`);
}

/** The width of the terminal that stderr goes to, in columns; undefined when it goes elsewhere. */
export function statusWidth(): number | undefined {
  return process.stderr.isTTY ? process.stderr.columns || 100 : undefined;
}

/** True when a person reads the result as it comes. */
export function isTerminal(): boolean {
  return process.stdout.isTTY;
}

/** True when that person can also press keys. */
export function takesKeys(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY;
}

/** The width to keep to, in columns. */
export function terminalWidth(): number {
  return process.stdout.columns || 100;
}

/**
 * Somebody else's text, made safe to print: what could move the cursor, recolour, reorder or hide text is replaced by a
 * visible mark. Line breaks become spaces, so that one record stays one line.
 */
export function printable(text: string): string {
  return text.replace(/\r\n?|[\n\t]/g, ' ').replace(UNSAFE, '�');
}

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text
    .split(/\r\n?|\n/)
    .map(printable)
    .join('\n');
}

/**
 * JSON for programs, in which such characters are escaped. `JSON.stringify` leaves DEL, C1, bidirectional and
 * zero-width ones as they are.
 */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(UNSAFE, escaped);
}

/** `\\u202e`, and two of them for a character beyond the first 65,536. */
function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/** Control characters (C0 but the line feed, DEL, C1), formatting ones (bidirectional, zero-width), line separators. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Lets the colours of `colors.ts` through, where there are to be any, and tabs and line feeds; everything else that acts
 * on a terminal is marked.
 */
export function shownOn(stream: Stream, text: string): string {
  return text.replace(UNSAFE_OR_COLOR, (match) => {
    if (OURS.has(match)) return plain.has(stream) ? '' : match;
    return '�';
  });
}

const COLOR = String.raw`\u001b\[\d+m`;
const UNSAFE_OR_COLOR = new RegExp(`${COLOR}|(?![\\t\\n])[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]`, 'gu');
/** Bold, dim, neither; red, green, yellow, and the terminal's own. */
const OURS = new Set([1, 2, 22, 31, 32, 33, 39].map((code) => `\u001b[${code}m`));

/** Where questions are asked: they are not the result, so `calreply … > file` still asks. */
export function questionStream(): NodeJS.WriteStream {
  return process.stderr;
}

/**
 * Ends the command when nobody can be told any more. A reader that went away (`calreply … | head`) ends it quietly, and
 * a failure stays one. An output that cannot be written for another reason, such as a full disk, is told on stderr.
 */
export function watchOutputs(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!isClosedTerminal(process.stdout, error)) endBy(error, 'Standard output');
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (!isClosedTerminal(process.stderr, error)) endBy(error, undefined);
  });
}

/** A terminal that was closed says so by SIGHUP too, and a command that heeds it has things to put away first. */
function isClosedTerminal(stream: NodeJS.WriteStream, { code }: NodeJS.ErrnoException): boolean {
  return code === 'EIO' && stream.isTTY;
}

let lost: string | undefined;

/**
 * What is to be told when the result cannot be written after all: what was done, and how to get at what was to be shown.
 * A secret that is shown once is lost otherwise.
 */
export function tellWhenLost(text: string): void {
  lost = text;
}

/** @param name of the stream, when there is one left to tell it on */
function endBy(error: NodeJS.ErrnoException, name: string | undefined): never {
  if (error.code === 'EPIPE') process.exit();
  if (name !== undefined) {
    const hint = lost === undefined ? '' : `\n  ${lost}`;
    say(`✗ ${name} cannot be written: ${printable(systemErrorText(error))}.${hint}`);
  }
  process.exit(process.exitCode || 1);
}
