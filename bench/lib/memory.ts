import { readFileSync } from 'node:fs';

/** What a process has in memory, in MB. */
export interface Memory {
  readonly now: number;
  /** The most that it ever was. */
  readonly peak: number;
}

/** Of a process that runs; undefined where the system does not say so in `/proc`. */
export function memoryOf(pid: number | undefined): Memory | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return { now: megabytes(status, 'VmRSS'), peak: megabytes(status, 'VmHWM') };
  } catch {
    return undefined;
  }
}

function megabytes(status: string, name: string): number {
  const [, kilobytes] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  return (Number(kilobytes) * 1024) / 1e6;
}
