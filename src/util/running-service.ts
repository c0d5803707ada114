import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from './is-alive.js';

/** What a running service says of itself in its data folder, so that commands on the same machine find it. */
export interface RunningService {
  readonly pid: number;
  /** Where this machine reaches it. */
  readonly url: string;
}

/** The file with the key that the calls for the operator take. */
export function operatorKeyFile(dataDir: string): string {
  return join(dataDir, 'operator.key');
}

export function writeRunningService(dataDir: string, service: RunningService): void {
  // Replaced whole, and not brought to the disk: it means nothing once the machine has gone down.
  const temporary = `${fileOf(dataDir)}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(service)}\n`, { mode: 0o600 });
  renameSync(temporary, fileOf(dataDir));
}

/** Called by the service itself. Of several that share a database and a folder, the one that was named last is found. */
export function removeRunningService(dataDir: string, pid: number): void {
  if (runningService(dataDir)?.pid === pid) rmSync(fileOf(dataDir), { force: true });
}

/** The service that runs on a data folder; undefined when none does, also when one was killed and left its file. */
export function runningService(dataDir: string): RunningService | undefined {
  try {
    const { pid, url } = JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as Partial<RunningService>;
    return typeof pid === 'number' && typeof url === 'string' && URL.canParse(url) && isAlive(pid)
      ? { pid, url }
      : undefined;
  } catch {
    return undefined;
  }
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'service.json');
}
