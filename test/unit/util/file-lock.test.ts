import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LockLost, LockTimeout, withFileLock } from '../../../src/util/file-lock.js';
import { FakeClock } from '../../helpers/fake-clock.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { waitUntil } from '../../helpers/wait-until.js';

const PROCESS = fileURLToPath(new URL('../../helpers/lock-process.ts', import.meta.url));

const newLock = () => join(temporaryFolder(), 'test.lock');
const claims = (lock: string) => readdirSync(join(lock, '..')).filter((name) => name.startsWith('test.lock.'));
/** A process beside this one, at the same lock. */
const other = (task: 'hold' | 'count', lock: string) =>
  execa(process.execPath, ['--import', 'tsx', PROCESS, task, lock], { reject: false });

/** Another process that holds the lock until it is killed. */
async function holder(lock: string) {
  const child = other('hold', lock);
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let printed = '';
  child.stdout.on('data', (text) => (printed += String(text)));
  await waitUntil('the other process holds the lock', () => printed.includes('held'), 10_000);
  return { pid: child.pid ?? 0, kill: () => child.kill('SIGKILL'), ended: child.then(() => undefined) };
}

describe('a lock', () => {
  test('gives what was done under it, and leaves nothing behind, also after a failure', async () => {
    const lock = newLock();
    expect(await withFileLock(lock, () => 5)).toBe(5);
    await expect(withFileLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(claims(lock)).toEqual([]);
  });

  test('lets one at a time, of many in this process and in others', async () => {
    const lock = newLock();
    writeFileSync(`${lock}-count`, '0');
    const here = Array.from({ length: 20 }, () =>
      withFileLock(lock, async () => {
        const number = Number(readFileSync(`${lock}-count`, 'utf8'));
        await new Promise((resolve) => setImmediate(resolve));
        writeFileSync(`${lock}-count`, String(number + 1));
      }),
    );
    const others = Array.from({ length: 3 }, () => other('count', lock));

    await Promise.all(here);
    for (const { exitCode, stderr } of await Promise.all(others))
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });

    expect(readFileSync(`${lock}-count`, 'utf8')).toBe('50');
    expect(claims(lock)).toEqual([]);
  }, 30_000);

  test('of a process that was killed is free at once', async () => {
    const lock = newLock();
    const held = await holder(lock);
    expect(claims(lock)).toHaveLength(1);
    held.kill();
    await held.ended;

    // A clock that stands still: no time may pass until it is had.
    await withFileLock(lock, () => undefined, { clock: new FakeClock(Date.now()) });

    expect(claims(lock)).toEqual([]);
  }, 20_000);

  test('that is stale is broken by several at once, and had by one at a time', async () => {
    const lock = newLock();
    const old = new Date(Date.now() - 60_000);
    let holders = 0;
    let most = 0;
    for (let round = 0; round < 20; round += 1) {
      const stale = `${lock}.1-00000000-left${round}`;
      writeFileSync(stale, '');
      utimesSync(stale, old, old);
      await Promise.all(
        Array.from({ length: 5 }, () =>
          withFileLock(lock, async () => {
            holders += 1;
            most = Math.max(most, holders);
            await new Promise((resolve) => setImmediate(resolve));
            holders -= 1;
          }),
        ),
      );
    }
    expect(most).toBe(1);
    expect(claims(lock)).toEqual([]);
  });

  test.each([
    ['too old, whoever made it', -16_000],
    ['of the future, since a clock was set back', 16_000],
  ])('is stale when it is %s', async (_, age) => {
    const lock = newLock();
    const claim = `${lock}.1-00000000-other`;
    writeFileSync(claim, '');
    const time = new Date(Date.now() + age);
    utimesSync(claim, time, time);
    await withFileLock(lock, () => undefined, { clock: new FakeClock(Date.now()) });
    expect(claims(lock)).toEqual([]);
  });

  test('left by an earlier process that had the number of this one is stale', async () => {
    const lock = newLock();
    let own = '';
    await withFileLock(lock, () => {
      own = claims(lock)[0] ?? '';
    });
    writeFileSync(join(lock, '..', own.slice(0, -4) + 'left'), '');
    await withFileLock(lock, () => undefined, { clock: new FakeClock(Date.now()) });
    expect(claims(lock)).toEqual([]);
  });

  test('that another process holds on to is waited for, and then the process is named', async () => {
    const lock = newLock();
    const held = await holder(lock);
    const clock = new FakeClock(Date.now());

    const waiting = withFileLock(lock, () => undefined, { clock }).catch((error: unknown) => error);
    await clock.advance(4_900);
    expect(clock.timerCount).toBe(1);
    await clock.advance(300);

    const error = await waiting;
    expect(error).toBeInstanceOf(LockTimeout);
    expect((error as Error).message).toContain(`process ${held.pid} `);
    expect(claims(lock)).toHaveLength(1);
  }, 20_000);

  test('that was lost while this process stood still is noticed before anything is written', async () => {
    const lock = newLock();
    const lost = withFileLock(lock, (held) => {
      for (const claim of claims(lock)) rmSync(join(lock, '..', claim));
      held.assertHeld();
    });
    await expect(lost).rejects.toBeInstanceOf(LockLost);
  });

  test('cannot be had where no file can be made, which is said at once', async () => {
    await expect(withFileLock('/proc/no-such-folder/lock', () => undefined)).rejects.toThrow(/ENOENT/);
  });
});
