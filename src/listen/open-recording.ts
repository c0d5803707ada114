import { closeSync, fchmodSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { CalReplyError } from '../errors.js';
import { systemErrorText } from '../util/system-error-text.js';

/**
 * Opens a file that lines are to be appended to: a new one, or with `append` one that has some. Nothing is overwritten,
 * since a recording cannot be had again.
 *
 * @returns its descriptor
 * @throws {CalReplyError} WrongUse
 */
export function openRecording(path: string, append: boolean): number {
  let file: number | undefined;
  try {
    file = openSync(path, 'a+', 0o600);
    const stats = fstatSync(file);
    // A device would get the rights of a file.
    if (!stats.isFile()) throw new Error('it is not a file');
    const { size } = stats;
    if (size > 0 && !append) throw taken(path);
    if (size > 0) endWithWholeLine(file, size);
    fchmodSync(file, 0o600);
    return file;
  } catch (error) {
    if (file !== undefined) closeSync(file);
    if (error instanceof CalReplyError) throw error;
    throw new CalReplyError('WrongUse', `Nothing can be recorded to ${path}: ${systemErrorText(error)}.`, {
      cause: error,
    });
  }
}

function taken(path: string): CalReplyError {
  return new CalReplyError('WrongUse', `${path} has something in it, and is not overwritten.`, {
    hint: 'Go on with it by --append, or name another file.',
  });
}

/** A run that was killed while it wrote has left the start of a line, which is cut off. */
function endWithWholeLine(file: number, size: number): void {
  // Only of a recording the last line may be taken; it too may have been cut in its first bytes.
  if (!FIRST_BYTES.startsWith(bytesAt(file, 0, FIRST_BYTES.length).toString())) {
    throw new Error('it has something else in it than a recording');
  }

  const start = startOfLastLine(file, size);
  if (start === size) return;
  if (isJson(bytesAt(file, start, size - start))) writeSync(file, '\n');
  else ftruncateSync(file, start);
}

/** Each line begins by saying what it is. */
const FIRST_BYTES = '{"type":';

const CHUNK = 65_536;
const LINE_FEED = 10;

/** Where what follows the last line feed begins; the size when nothing does. */
function startOfLastLine(file: number, size: number): number {
  for (let end = size; end > 0; end -= CHUNK) {
    const start = Math.max(end - CHUNK, 0);
    const found = bytesAt(file, start, end - start).lastIndexOf(LINE_FEED);
    if (found >= 0) return start + found + 1;
  }

  return 0;
}

function bytesAt(file: number, start: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, start));
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
