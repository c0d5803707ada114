import type { Kysely } from 'kysely';
import type { StreamPlace } from './stream-place.js';
import type { Tables } from './tables.js';

/** How each database tells which part of the history no row can appear in any more. */
export interface HistoryEnds {
  /**
   * The last rows before which nothing can appear. For whoever reads from `place` on it is not before that, and where there is
   * something behind it that is not settled yet, this waits for a moment.
   */
  end(place?: StreamPlace): Promise<StreamPlace>;
  /** Where somebody starts who wants what comes from now on. */
  now(): Promise<StreamPlace>;
  /** Nobody else changes what is counted in a block (`history-blocks.ts`) until the unit ends. */
  lockBlock(unit: Kysely<Tables>, block: number): Promise<void>;
}
