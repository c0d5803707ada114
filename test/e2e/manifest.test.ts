import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

test('oclif.manifest.json is what is generated from the commands', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'calreply-manifest-'));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  for (const name of ['package.json', 'bin', 'dist']) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));

  await execa(process.execPath, [join(ROOT, 'node_modules', 'oclif', 'bin', 'run.js'), 'manifest'], { cwd: copy });

  const read = (folder: string) => JSON.parse(readFileSync(join(folder, 'oclif.manifest.json'), 'utf8')) as unknown;
  expect(read(ROOT)).toEqual(read(copy));
});
