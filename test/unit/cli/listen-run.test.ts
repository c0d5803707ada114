import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runParts, type RunFlags } from '../../../src/cli/listen-run.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

/** @param files flags that name a file each */
const isScripted = (flags: RunFlags, ...files: readonly ('ready-file' | 'junit')[]) => {
  const folder = temporaryFolder();
  const named = Object.fromEntries(files.map((flag) => [flag, join(folder, flag)]));
  return runParts(
    { ...flags, ...named },
    () => 'laptop',
    () => undefined,
  ).isScripted;
};

test.each<[string, RunFlags]>([
  ['that ends by what is expected', { expect: ['any=1'] }],
  ['that ends after a command', { exec: 'true' }],
  ['of a recording', { replay: 'run.ndjson' }],
])('nobody sits before a run %s', (_, flags) => {
  expect(isScripted(flags)).toBe(true);
});

test('nor before one that other programs wait for, often from the background', () => {
  expect(isScripted({}, 'ready-file')).toBe(true);
});

test('somebody may sit before any other run', () => {
  expect(isScripted({}, 'junit')).toBe(false);
});
