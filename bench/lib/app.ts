import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endings } from './endings.js';
import { freePort } from '../../test/helpers/free-port.js';
import { part, said, type Part } from './part.js';

/** The program that events are for, as one that can be killed: what it received outlives it. */
export interface App extends Part {
  readonly url: string;
  /** How often each id was received. */
  receipts(): ReadonlyMap<string, number>;
}

/** Starts one, and waits until it listens. */
export async function startApp(endings: Endings): Promise<App> {
  const folder = mkdtempSync(join(tmpdir(), 'calreply-bench-app-'));
  endings.add(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'receipts');
  const port = await freePort();
  const app = part(endings, () => fork(new URL('app-process.ts', import.meta.url), [String(port), file]));
  await said(app.start(), 'The start of the app');
  return { ...app, url: `http://127.0.0.1:${port}`, receipts: () => counted(readFileSync(file, 'utf8')) };
}

function counted(lines: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const id of lines.split('\n')) if (id !== '') counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
