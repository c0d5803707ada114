import { addAbortSignal, type Readable } from 'node:stream';
import { open } from 'node:fs/promises';
import { unreadable } from './unreadable.js';

/**
 * The lines of a file, or of standard input for `-`, as they are read: a file may be larger than the memory.
 *
 * @param signal stops to read
 * @throws {CalReplyError} WrongUse when the file cannot be read, at once where that is known
 */
export async function openLines(path: string, signal: AbortSignal): Promise<AsyncIterable<string>> {
  const stream = path === '-' ? process.stdin : await openFile(path);
  addAbortSignal(signal, stream);
  return linesOf(stream.setEncoding('utf8'), path);
}

async function* linesOf(stream: Readable, path: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw unreadable(path, error);
  }

  if (rest !== '') yield rest;
}

async function openFile(path: string): Promise<Readable> {
  try {
    return (await open(path)).createReadStream();
  } catch (error) {
    throw unreadable(path, error);
  }
}
