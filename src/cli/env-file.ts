import { accessSync, constants, lstatSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CalReplyError } from '../errors.js';
import { replaceFile } from '../util/replace-file.js';
import { systemErrorText } from '../util/system-error-text.js';
import { shellWord } from '../util/shell-word.js';

/** A file of `NAME=value` lines that a secret is to be put into, found fit for it. */
export interface EnvFile {
  /** As it was named. */
  readonly path: string;
  /** The variable. */
  readonly name: string;
  /**
   * Sets the variable, in one step: a reader sees the file as it was or as it is to be. A new file can be read by its
   * owner only; one that is there keeps its rights.
   *
   * @throws {CalReplyError} WrongUse when the file cannot be written after all
   */
  write(value: string): void;
}

/** Options of {@link envFile}. */
export interface EnvFileOptions {
  /** The variable may have a value already, which the secret replaces. Otherwise that is the secret of something else. */
  readonly replaces: boolean;
}

/**
 * Makes sure that a secret can go into a file, before there is a secret: one that cannot be put anywhere is lost.
 *
 * @throws {CalReplyError} WrongUse
 */
export function envFile(path: string, name: string, { replaces }: EnvFileOptions): EnvFile {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw new CalReplyError('WrongUse', `“${name}” cannot be the name of a variable.`, {
      hint: 'Use letters, digits and _, such as --env-name CALREPLY_WEBHOOK_SECRET.',
    });
  }

  const change = (text: string, value: string) => {
    if (!replaces && hasVariable(text, name)) throw taken(path, name);
    return withVariable(text, name, value);
  };
  assertChangeable(path, (text) => change(text, ''));
  return { path, name, write: (value) => changeFile(path, (text) => change(text, value)) };
}

/**
 * Makes sure that a file of such lines can be changed, before there is anything to put into it.
 *
 * @param change as it is to be made, with any value; throws when it cannot be made
 * @throws {CalReplyError} WrongUse
 */
export function assertChangeable(path: string, change: (text: string) => string): void {
  if (path.trim() === '' || path === '-' || /[/\\]$/.test(path)) {
    throw new CalReplyError('WrongUse', `--write-env has no file to write to: “${path}”.`, {
      hint: 'Name one, such as: --write-env .env',
    });
  }

  change(textOf(path, modeOf(path)));
}

/**
 * What is left to show of an answer with a secret: all of it, or, when the secret went into a file, all but the secret.
 *
 * @throws {CalReplyError} WrongUse when it could not be written
 */
export function keepSecret<Answer extends { readonly id: string; readonly secret: string }>(
  answer: Answer,
  file: EnvFile | undefined,
): WithSecret<Answer> {
  if (file === undefined) return answer;
  try {
    file.write(answer.secret);
  } catch (error) {
    if (!(error instanceof CalReplyError)) throw error;
    throw new CalReplyError(error.code, error.message, {
      cause: error,
      hint: `Nobody has seen it. Get a new one with: calreply webhooks rotate-secret ${shellWord(answer.id)}`,
    });
  }

  return { ...answer, secret: null };
}

/** An answer whose secret is null when --write-env put it into a file: then nothing prints it. */
export type WithSecret<Answer> = Omit<Answer, 'secret'> & { readonly secret: string | null };

/**
 * The text of an env file with `name` set to `value`: in the place of the line that sets it now (of each, when there are
 * several), with its `export`, quotes and comment; at the end when there is none. Every other byte stays.
 *
 * @param value has nothing in it that a shell or a reader of such files would change, such as quotes or spaces
 */
export function withVariable(text: string, name: string, value: string): string {
  let found = false;
  const replaced = text.replace(
    ASSIGNMENT,
    (line, head: string, key: string, mark: string, old: string, tail: string) => {
      if (key !== name) return line;
      found = true;
      const [, quote = ''] = /^(["'`])[^]*\1$/.exec(old) ?? [];
      return `${head}${key}${mark}${quote}${value}${quote}${tail}`;
    },
  );
  if (found) return replaced;

  const lineEnd = /\r?\n/.exec(text)?.[0] ?? '\n';
  if (text === '') return `${name}=${value}${lineEnd}`;
  return text.endsWith('\n') ? `${text}${name}=${value}${lineEnd}` : `${text}${lineEnd}${name}=${value}`;
}

/** True when `name` has a value that is not empty. */
export function hasVariable(text: string, name: string): boolean {
  return Array.from(text.matchAll(ASSIGNMENT)).some(([, , key, , old = '']) => {
    return key === name && !/^(""|''|``|#.*)?$/.test(old);
  });
}

function taken(path: string, name: string): CalReplyError {
  return new CalReplyError('WrongUse', `${path} has a ${name} already, which may be the secret of another webhook.`, {
    hint: `Name another variable, such as: --env-name ${name}_2`,
  });
}

/**
 * One assignment: what stands before the name, the name, the mark, the value with its quotes, and what follows it. A value
 * in quotes may go over several lines, and what looks like an assignment in there is none. `ï»¿` is a byte order mark, since
 * files are read byte by byte.
 */
const ASSIGNMENT =
  /(?<![^\r\n])((?:ï»¿)?[ \t]*(?:export[ \t]+)?)([A-Za-z_][\w.-]*)([ \t]*=[ \t]*)("(?:\\[^]|[^"\\])*"|'[^']*'|`[^`]*`|[^\r\n]*?)((?:[ \t]+#[^\r\n]*|[ \t]*))(?![^\r\n])/g;

/** The rights of the file, or undefined when it is to be made. */
function modeOf(path: string): number | undefined {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    // Replaced by a file it would no longer lead where somebody meant it to; followed, it may lead anywhere.
    if (stats?.isSymbolicLink()) throw new Error('it is a symbolic link; name the file it leads to');
    if (stats && !stats.isFile()) throw new Error('it is not a file');
    if (stats) accessSync(path, constants.R_OK | constants.W_OK);
    accessSync(dirname(resolve(path)), constants.W_OK | constants.X_OK);
    return stats && stats.mode & 0o777;
  } catch (error) {
    throw unfit(path, error);
  }
}

/** One character for each byte, whatever the encoding is, so that every byte comes out as it went in. */
function textOf(path: string, mode: number | undefined): string {
  return mode === undefined ? '' : readFileSync(path, 'latin1');
}

/** Changes such a file in one step; a new one can be read by its owner only. */
export function changeFile(path: string, change: (text: string) => string): void {
  const mode = modeOf(path);
  try {
    replaceFile(path, change(textOf(path, mode)), { encoding: 'latin1', mode });
  } catch (error) {
    throw unfit(path, error);
  }
}

function unfit(path: string, cause: unknown): CalReplyError {
  if (cause instanceof CalReplyError) return cause;
  return new CalReplyError('WrongUse', `The secret cannot be written to ${path}: ${systemErrorText(cause)}.`, {
    cause,
  });
}
