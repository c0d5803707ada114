import type { MovedCounts, MoveProgress } from '../store/move-to-postgres.js';
import type { DatabaseAddress } from './config.js';

/** What was moved, and where it is now. */
export interface Moved {
  /** The address of the database, without who logs in. */
  readonly to: string;
  readonly tables: MovedCounts;
}

/**
 * Moves a service from its data folder to a PostgreSQL; see `store/move-to-postgres.ts`.
 *
 * @param signal breaks it off between two writes: it goes on when it is called again
 * @throws {CalReplyError} NotFound, DataFolderInUse, DataFolderUnusable, DatabaseUnusable
 */
export async function moveService(
  dataDir: string,
  { url }: DatabaseAddress,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (progress: MoveProgress) => void },
): Promise<Moved> {
  const [{ moveToPostgres }, { shownAddress }] = await Promise.all([
    import('../store/move-to-postgres.js'),
    import('../store/postgres/index.js'),
  ]);
  const steps = moveToPostgres(dataDir, url);
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done) return { to: shownAddress(url), tables: step.value };
      onProgress(step.value);
      signal.throwIfAborted();
    }
  } finally {
    await steps.return?.({} as MovedCounts);
  }
}
