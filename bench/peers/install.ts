import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Endings } from '../lib/endings.js';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/**
 * Installs the packages of the peers when they are missing, or others are asked for than there were.
 *
 * @throws {Error} when they cannot be had
 */
export async function installPeers(endings: Endings): Promise<void> {
  // npm writes the first of these at the end.
  if (changedAt('node_modules/.package-lock.json') >= changedAt('package-lock.json')) return;
  process.stderr.write('Installing the packages of the peers (npm ci --prefix bench/peers) …\n');
  const child = spawn('npm', ['ci', '--prefix', FOLDER, '--no-audit', '--no-fund'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  endings.add(() => child.kill());
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  if (exitCode !== 0) throw new Error(`npm ci --prefix bench/peers ended with ${exitCode}.`);
}

/** In milliseconds; 0 for a file that is not there. */
function changedAt(file: string): number {
  return statSync(`${FOLDER}/${file}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
