import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endings } from '../lib/endings.js';

/** A folder of its own for the data of a server; it is removed at the end. `uid` owns it. */
export function temporaryFolder(endings: Endings, uid?: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'calreply-bench-peer-'));
  endings.add(() => rmSync(folder, { recursive: true, force: true }));
  if (uid !== undefined) chownSync(folder, uid, -1);
  return folder;
}
