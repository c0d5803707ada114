import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from './private-file.js';

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
  writePrivateFile(fileOf(dataDir), `${JSON.stringify(service)}\n`);
}

/** Called by the service itself, while the folder is still its own. */
export function removeRunningService(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true });
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

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
