import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of its own for one child process, small enough to be filled. */
export interface SmallDisk {
  /** Where the process sees it. */
  readonly folder: string;
  /** Runs a command on it: `RunOptions.through`. */
  readonly through: readonly string[];
  /** Takes all the space that is left, on the disk of the running process `pid`. */
  fill(pid: number): void;
  /** Gives it back. */
  free(pid: number): void;
}

export interface SmallDiskOptions {
  /** A folder that is there and empty: only the child sees what is on the disk. */
  readonly folder: string;
  readonly megabytes: number;
  /** What a shell does on it before the command; `$0` is the folder. */
  readonly before?: string;
}

/** Why there can be no such disk here; undefined when there can. */
export function noSmallDisk(): string | undefined {
  const { status } = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'calreply', '/mnt']);
  return status === 0 ? undefined : 'this system lets no user mount a disk of its own (unshare -rm)';
}

/**
 * A file system in memory, in a user and mount namespace of the child: this needs no rights on most Linux systems. It
 * ends with the child.
 */
export function smallDisk({ folder, megabytes, before = ':' }: SmallDiskOptions): SmallDisk {
  const mount = `mount -t tmpfs -o size=${megabytes}m calreply "$0"`;
  // From outside, the disk is found through its process.
  const filler = (pid: number) => join(`/proc/${pid}/root`, folder, 'filler');
  return {
    folder,
    through: ['unshare', '-rm', 'sh', '-c', `${mount} && { ${before}; } && exec "$@"`, folder],
    fill(pid) {
      const file = openSync(filler(pid), 'a');
      const bytes = Buffer.alloc(4096);
      try {
        for (;;) writeSync(file, bytes);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    free: (pid) => rmSync(filler(pid)),
  };
}
