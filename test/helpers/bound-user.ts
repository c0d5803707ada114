import { execFileSync } from 'node:child_process';
import type { Home } from './home.js';

const NOBODY = 65_534;

/**
 * Has a home belong to a user whom rights bind, since root may write everywhere.
 *
 * @returns what its commands are to be run through
 */
export function asBoundUser({ folder }: Home): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, folder]);
  return ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
}
