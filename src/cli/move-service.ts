import type { DatabaseAddress } from '../server/config.js';
import type { Moved } from '../server/move.js';
import { progressBar, type Progress } from './output/progress.js';

/**
 * Moves a service to a PostgreSQL, and shows how far it is.
 *
 * @param signal breaks it off; then this resolves with undefined
 * @throws {CalReplyError} NotFound, DataFolderInUse, DataFolderUnusable, DatabaseUnusable
 */
export async function moveService(from: string, to: DatabaseAddress, signal: AbortSignal): Promise<Moved | undefined> {
  let bar: Progress | undefined;
  try {
    const server = await import('../server/move.js');
    return await server.moveService(from, to, {
      signal,
      onProgress: ({ total, moved }) => (bar ??= progressBar('rows', total)).update(moved),
    });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    bar?.end();
  }
}
