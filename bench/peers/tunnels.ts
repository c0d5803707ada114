import type { Endings } from '../lib/endings.js';
import type { TunnelSystem } from '../lib/tunnel-system.js';
import { installPeers } from './install.js';
import { LOCALTUNNEL } from './localtunnel.js';
import { SMEE } from './smee.js';

const TUNNELS: readonly TunnelSystem[] = [SMEE, LOCALTUNNEL];
const BY_FLAG = new Map([
  ['smee', SMEE],
  ['localtunnel', LOCALTUNNEL],
]);

/**
 * The tunnels that a flag names: `all`, `none`, or some with commas between.
 *
 * @throws {Error} with a sentence, for what is none of the choices
 */
export function tunnelsNamed(choice: string): readonly TunnelSystem[] {
  if (choice === 'none') return [];
  if (choice === 'all') return TUNNELS;
  return choice.split(',').map((name) => {
    const found = BY_FLAG.get(name.trim());
    if (found) return found;
    throw new Error(
      `--peers is none, all or some of ${[...BY_FLAG.keys()].join(', ')}, and “${name}” is none of these.`,
    );
  });
}

/** Of these those that can be had; `leftOut` is told why the others cannot. */
export async function installedTunnels(
  endings: Endings,
  tunnels: readonly TunnelSystem[],
  leftOut: (name: string, reason: string) => void,
): Promise<readonly TunnelSystem[]> {
  if (tunnels.length === 0) return [];
  try {
    await installPeers(endings);
    return tunnels;
  } catch (error) {
    endings.checkNotBegun();
    for (const { name } of tunnels) leftOut(name, (error as Error).message);
    return [];
  }
}
