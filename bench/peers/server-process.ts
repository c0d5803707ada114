import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Endings } from '../lib/endings.js';

export interface ServerOptions {
  /** What the line has in it that says that it can be connected to. */
  readonly ready: string;
  readonly readyOn: 'stdout' | 'stderr';
  readonly uid?: number | undefined;
  readonly cwd: string;
}

/**
 * Starts a server of a peer, and waits until it is ready. It ends with the bench and not by ^C: its clients come first.
 *
 * @throws {Error} when it cannot be started, with the last that it said
 */
export async function startServer(
  endings: Endings,
  command: string,
  args: readonly string[],
  { ready, readyOn, uid, cwd }: ServerOptions,
): Promise<void> {
  const child = spawn(command, args, { cwd, uid, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  endings.add(async () => {
    // To PostgreSQL this says: end now, whoever is connected.
    child.kill('SIGINT');
    await ended.catch(() => undefined);
  });
  const other = readyOn === 'stdout' ? child.stderr : child.stdout;
  let last = '';
  other.on('data', (chunk: Buffer) => (last = chunk.toString()));
  const isReady = untilLine(child[readyOn], (line) => {
    last = line;
    return line.includes(ready);
  });
  const failed = ended.then(() => Promise.reject(new Error(`${command} ended before it was ready: ${last.trim()}`)));
  await Promise.race([isReady, failed]);
}

/** Reads on after that line, or the server would wait for somebody to read. */
function untilLine(stream: Readable, isIt: (line: string) => boolean): Promise<void> {
  return new Promise((resolve) => {
    createInterface({ input: stream }).on('line', (line) => {
      if (isIt(line)) resolve();
    });
  });
}
