import { createRequire } from 'node:module';

/** From the folder of the peers, which has packages of its own. */
export const requirePeer = createRequire(new URL('package.json', import.meta.url));

/** A package of a peer, as the part of it that is used here: without the packages, types must still be checked. */
export function library<T>(name: string): T {
  return requirePeer(name) as T;
}
