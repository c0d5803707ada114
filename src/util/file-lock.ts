import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { backoff } from './backoff.js';
import { sleep, systemClock, type Clock } from './clock.js';
import { randomText } from './ids.js';
import { isAlive } from './is-alive.js';

/*
 * A lock between the processes of one machine, for changes of files that take milliseconds.
 *
 * Whoever wants it puts up a claim: a file of its own, made by O_EXCL, whose name says the process and is never used
 * again. Whoever then sees no claim but its own holds the lock. Of two claims the later one was put up when the earlier
 * was there to be seen, so no two can both be alone.
 *
 * One lock file for all would be simpler, but it cannot be broken safely: between finding it stale and removing it,
 * somebody else may have removed it and made a new one, which would be removed in its place. A claim is removed by its
 * name, which nobody else will ever have, so any number may remove the same stale one at once.
 */

/** How long to wait for the lock, in milliseconds. */
const LONGEST_WAIT = 5_000;
/** A claim of this age is stale, whoever made it: nobody holds the lock for long. In milliseconds. */
const STALE_AFTER = 15_000;
/** Between two looks, in milliseconds. */
const LOOK_AGAIN = { first: 5, most: 80 };

export interface HeldLock {
  /**
   * To be called right before a change becomes visible.
   *
   * @throws {LockLost} when the process stood still for so long that another one took the lock
   */
  assertHeld(): void;
}

export interface FileLockOptions {
  readonly clock?: Clock;
  /** From 0 (included) to 1; for jitter. */
  readonly random?: () => number;
}

/** Another process held the lock for all the time that was waited. */
export class LockTimeout extends Error {
  override readonly name = 'LockTimeout';
  constructor(claim: string) {
    super(`process ${pidOf(claim)} is changing it and has not ended within ${LONGEST_WAIT / 1000} s (${claim})`);
  }
}

export class LockLost extends Error {
  override readonly name = 'LockLost';
  constructor() {
    super('this process stood still for so long that another one may have changed it');
  }
}

/**
 * Does `action` while no other process (and no other call in this one) does, by the lock of this path. The folder of
 * `path` must exist; reading needs no lock where writing is atomic.
 *
 * @throws {LockTimeout} and what the file system says when no claim can be made
 */
export async function withFileLock<T>(
  path: string,
  action: (lock: HeldLock) => T | Promise<T>,
  { clock = systemClock, random = Math.random }: FileLockOptions = {},
): Promise<T> {
  const claim = await taken(path, clock, random);
  try {
    return await action({
      assertHeld() {
        if (!existsSync(claim)) throw new LockLost();
      },
    });
  } finally {
    takeBack(claim);
  }
}

async function taken(path: string, clock: Clock, random: () => number): Promise<string> {
  const deadline = clock.now() + LONGEST_WAIT;
  let own: string | undefined;
  for (let attempt = 1; ; attempt += 1) {
    // Who comes when others are there waits without a claim, or no one of many would ever be alone.
    if (own === undefined && othersThan(undefined, path, clock).length === 0) own = putUp(path);
    const others = othersThan(own, path, clock);
    if (own !== undefined && others.length === 0) {
      if (existsSync(own)) return own;
      // This process stood still since it put up its claim, and another one found that stale.
      takeBack(own);
      own = undefined;
    }

    const isLate = clock.now() > deadline;
    // Of several that came at once, the first by name keeps its claim: when the others are gone, it is alone.
    if (own !== undefined && (isLate || others.some((other) => other < (own ?? '')))) {
      takeBack(own);
      own = undefined;
    }

    if (isLate && others[0] !== undefined) throw new LockTimeout(others[0]);
    await sleep(clock, backoff(attempt, LOOK_AGAIN, random()));
  }
}

/** The claims of this process: one with its number that is none of these was left by a process of another time. */
const ownClaims = new Set<string>();

function putUp(path: string): string {
  const claim = `${path}.${process.pid}-${thisMachine()}-${randomText(12)}`;
  ownClaims.add(claim);
  try {
    closeSync(openSync(claim, 'wx', 0o600));
  } catch (error) {
    ownClaims.delete(claim);
    throw error;
  }

  return claim;
}

function takeBack(claim: string): void {
  rmSync(claim, { force: true });
  ownClaims.delete(claim);
}

/** The claims that count beside one's own. Stale ones are cleared away. */
function othersThan(own: string | undefined, path: string, clock: Clock): string[] {
  const folder = dirname(path);
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${basename(path)}.`))
    .map((name) => join(folder, name))
    .filter((claim) => {
      if (claim === own) return false;
      if (!isStale(claim, clock.now())) return true;
      rmSync(claim, { force: true });
      return false;
    });
}

function isStale(claim: string, now: number): boolean {
  if (ownClaims.has(claim)) return false;
  const madeAt = statSync(claim, { throwIfNoEntry: false })?.mtimeMs;
  // A clock that was set back makes a claim of the future, which would never grow old.
  if (madeAt === undefined || Math.abs(now - madeAt) > STALE_AFTER) return true;
  const isHere = claim.includes(`-${thisMachine()}-`);
  return isHere && (pidOf(claim) === process.pid || !isAlive(pidOf(claim)));
}

/** Of this length whatever the name of the machine is, and fit for the name of a file. */
function thisMachine(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
}

function pidOf(claim: string): number {
  return Number(/\.(\d+)-[0-9a-f]{8}-\w+$/.exec(claim)?.[1]);
}
