import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startExec, type Exec } from '../../../src/listen/exec.js';
import { systemClock, type Clock } from '../../../src/util/clock.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { waitUntil } from '../../helpers/wait-until.js';

interface Started extends Exec {
  /** A file in the folder of the command, once it is there and has something in it. */
  wrote(name: string): Promise<string>;
}

function start(line: string, { env = {}, clock = systemClock } = {}): Started {
  const folder = temporaryFolder();
  const exec = startExec(`cd '${folder}'\n${line}`, {
    env: { PATH: process.env.PATH, ...env },
    keepsStdoutFree: true,
    clock,
  });
  onTestFinished(() => exec.stop('SIGTERM'));
  const read = (name: string) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8').trim() : '';
  return {
    ...exec,
    async wrote(name) {
      await waitUntil(`the command wrote ${name}`, () => read(name) !== '');
      return read(name);
    },
  };
}

describe('a command', () => {
  test('is run by the shell, with the environment it is given', async () => {
    const exec = start('test "$CALREPLY_INBOX_URL" = here && exit 5', { env: { CALREPLY_INBOX_URL: 'here' } });

    expect(await exec.ended).toEqual({ exitCode: 5, signal: null });
  });

  test('that ends by a signal of its own tells which', async () => {
    expect(await start('kill -SEGV $$').ended).toEqual({ exitCode: null, signal: 'SIGSEGV' });
  });
});

/** Real processes, but the five seconds that they may take to end pass in a moment. */
function impatient(): Clock & { readonly waited: () => number } {
  let waited = 0;
  return {
    ...systemClock,
    after: (ms, action) => {
      waited += ms;
      return systemClock.after(0, action);
    },
    waited: () => waited,
  };
}

/** A shell that goes on until it is told to end, and says so. */
const OBEDIENT = '(trap "echo yes > ended; exit" TERM; echo yes > started; while :; do sleep 0.01; done)';

describe('is stopped', () => {
  test('with all that it has started, by the signal', async () => {
    const exec = start(`${OBEDIENT} & wait`, { clock: impatient() });
    await exec.wrote('started');

    await exec.stop('SIGTERM');

    expect(await exec.wrote('ended')).toBe('yes');
    expect(await exec.ended).toEqual({ exitCode: null, signal: 'SIGTERM' });
  });

  test('also when it has ended, and left something behind', async () => {
    const exec = start(`${OBEDIENT} &`, { clock: impatient() });
    await exec.wrote('started');
    expect(await exec.ended).toEqual({ exitCode: 0, signal: null });

    await exec.stop('SIGTERM');

    expect(await exec.wrote('ended')).toBe('yes');
  });

  test('by force, when it does not heed the signal for five seconds', async () => {
    const clock = impatient();
    const exec = start('trap "" INT; echo yes > started; while :; do sleep 0.01; done', { clock });
    await exec.wrote('started');

    await exec.stop('SIGINT');

    expect(await exec.ended).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect(clock.waited()).toBe(5_000);
  });
});

test('leaves no listener on the process when it is over', async () => {
  const before = process.listenerCount('exit');
  const exec = start('exit 0');
  expect(process.listenerCount('exit')).toBe(before + 1);
  await exec.ended;

  await exec.stop('SIGTERM');

  expect(process.listenerCount('exit')).toBe(before);
});
