import type { Endings } from './endings.js';
import type { Part } from './part.js';
import type { Path } from './tunnel-paths.js';

/** Something that takes events at an address and brings them to an app: a server, and a client beside the app. */
export interface Tunnel {
  /** By which events reach the app; the first of those that a system has more of. */
  readonly path: Path;
  readonly server: Part;
  readonly client: Part;
}

/** A kind of tunnel, of which any number can be open at once. */
export interface TunnelSystem {
  readonly name: string;
  /**
   * Opens one to the app at `target`, and waits until its client is connected.
   *
   * @throws {Error} with a sentence, when it cannot be had
   */
  open(endings: Endings, target: string): Promise<Tunnel>;
}
