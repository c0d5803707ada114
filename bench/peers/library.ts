import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** From the folder of the peers, which has packages of its own. */
export const requirePeer = createRequire(new URL('package.json', import.meta.url));

/** A package of a peer, as the part of it that is used here: without the packages, types must still be checked. */
export function library<T>(name: string): T {
  return requirePeer(name) as T;
}

/** A file of a peer's package, such as its program: packages need not export theirs. */
export function peerFile(name: string, path: string): string {
  return fileURLToPath(new URL(`node_modules/${name}/${path}`, import.meta.url));
}
