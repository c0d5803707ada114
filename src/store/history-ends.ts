import type { Kysely } from 'kysely';
import type { StreamPlace } from './stream-place.js';
import type { Tables } from './tables.js';

/** How each database tells which part of the history no row can appear in any more. */
export interface HistoryEnds {
  /**
   * The last rows before which nothing can appear. Waits for a moment where there are others that are not settled yet, but
   * not when there is something behind `place` already.
   */
  end(place?: StreamPlace): Promise<StreamPlace>;
  /** Nobody else changes what is counted in a block (`history-blocks.ts`) until the unit ends. */
  lockBlock(unit: Kysely<Tables>, block: number): Promise<void>;
}
