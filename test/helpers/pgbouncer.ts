import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { isOpen } from '../../src/util/port.js';
import { freePort } from './free-port.js';
import { otherThanRoot } from './postgres-server.js';
import { waitUntil } from './wait-until.js';

/** Why there can be no PgBouncer here; undefined when there can. */
export function noPgBouncer(): string | undefined {
  return spawnSync('pgbouncer', ['--version']).status === 0 ? undefined : 'pgbouncer is not installed';
}

/**
 * Starts a PgBouncer in transaction mode before the database of an address, with few connections to it.
 *
 * @returns the address through it
 */
export async function startPgBouncer(url: string): Promise<string> {
  const { hostname, port: databasePort, username } = new URL(url);
  const folder = mkdtempSync(join(tmpdir(), 'calreply-pgbouncer-'));
  chmodSync(folder, 0o755);
  const uid = otherThanRoot();
  const port = await freePort();
  const settings = join(folder, 'pgbouncer.ini');
  writeFileSync(
    settings,
    [
      '[databases]',
      `* = host=${hostname} port=${databasePort} user=${username}`,
      '[pgbouncer]',
      ...['listen_addr = 127.0.0.1', `listen_port = ${port}`, 'unix_socket_dir =', 'auth_type = any'],
      ...['pool_mode = transaction', 'default_pool_size = 4', 'max_client_conn = 200'],
    ].join('\n'),
  );
  const child = spawn('pgbouncer', ['--quiet', settings], { uid, stdio: 'ignore' });
  onTestFinished(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const through = new URL(url);
  through.port = String(port);
  await waitUntil('PgBouncer listens', () => isOpen(through));
  return through.href;
}
