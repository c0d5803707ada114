import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const SCRIPT = fileURLToPath(new URL('../../../scripts/at-once.mjs', import.meta.url));

/** Runs these scripts of a package.json that has nothing else. */
async function atOnce(scripts: Readonly<Record<string, string>>, ...names: string[]) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ scripts }));
  const { exitCode, stdout, stderr } = await execa(process.execPath, [SCRIPT, ...names], { cwd, reject: false });
  return { exitCode, stdout, stderr };
}

test('checks that all hold end with 0, and what each says is in one piece', async () => {
  const { exitCode, stdout } = await atOnce({ one: 'echo 1 && echo 2', two: 'echo 3 && echo 4' }, 'one', 'two');

  expect(exitCode).toBe(0);
  for (const text of ['1\n2', '3\n4']) expect(stdout).toContain(text);
});

test('one that fails fails them all, once the others have ended too', async () => {
  const { exitCode, stdout } = await atOnce({ bad: 'echo wrong >&2 && exit 3', good: 'echo right' }, 'bad', 'good');

  expect(exitCode).toBe(1);
  for (const text of ['wrong\n✗ bad ended with 3.', 'right']) expect(stdout).toContain(text);
});

test('a script that is not there is no check that holds', async () => {
  const { exitCode, stderr } = await atOnce({ one: 'echo 1' }, 'one', 'two');

  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('package.json has no script two.');
});
