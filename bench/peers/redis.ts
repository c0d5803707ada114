import type { Endings } from '../lib/endings.js';
import { freePort } from '../../test/helpers/free-port.js';
import { startServer } from './server-process.js';
import { temporaryFolder } from './temporary-folder.js';

/** When what was written is on the disk: within a second, or before it is acknowledged. */
export type Fsync = 'everysec' | 'always';

/**
 * Starts the `redis-server` that is on the PATH; gives its port.
 *
 * @throws {Error} when there is none
 */
export async function startRedis(endings: Endings, fsync: Fsync): Promise<number> {
  const folder = temporaryFolder(endings);
  const port = await freePort();
  // BullMQ asks for noeviction. Snapshots beside the file of all writes would be a second copy.
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    appendonly: 'yes',
    appendfsync: fsync,
    save: '',
    'maxmemory-policy': 'noeviction',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const options = { ready: 'Ready to accept connections', readyOn: 'stdout', cwd: folder } as const;
  try {
    await startServer(endings, 'redis-server', args, options);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw isMissing ? new Error('there is no redis-server on the PATH (Debian: apt-get install redis-server)') : error;
  }

  return port;
}
