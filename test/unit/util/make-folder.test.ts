import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../../src/util/make-folder.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

test('a folder is made with those above it, for its owner only, and one that is there stays as it is', () => {
  const path = join(temporaryFolder(), 'a', 'b', 'c');
  makeFolder(path);
  writeFileSync(join(path, 'file'), '');
  makeFolder(path);
  expect(existsSync(join(path, 'file'))).toBe(true);
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o700);
});

test.skipIf(process.platform !== 'linux')(
  'a folder where nothing can be made is refused, rather than tried for ever',
  () => {
    expect(() => makeFolder('/proc/a/b/c')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  },
);

test('a folder below a file is refused', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  expect(() => makeFolder(join(folder, 'file', 'a', 'b'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
});
