import { existsSync, mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { junitFile } from '../../../src/listen/junit-file.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

test('is written for its owner only', () => {
  const path = join(temporaryFolder(), 'junit.xml');

  junitFile(path).write('<testsuites/>');

  expect(readFileSync(path, 'utf8')).toBe('<testsuites/>');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('of an earlier run is gone at once: a run that fails early leaves no other’s report', () => {
  const path = join(temporaryFolder(), 'junit.xml');
  writeFileSync(path, '<testsuites failures="0"/>');

  junitFile(path);

  expect(existsSync(path)).toBe(false);
});

describe('is refused', () => {
  test('in place of a folder, or of a device', () => {
    const folder = join(temporaryFolder(), 'reports');
    mkdirSync(folder);

    expect(() => junitFile(folder)).toThrow('it is a folder');
    expect(() => junitFile('/dev/null')).toThrow('it is not a file');
  });

  test('in place of a link, which leads where it did', () => {
    const folder = temporaryFolder();
    const [path, link] = [join(folder, 'junit.xml'), join(folder, 'link')];
    writeFileSync(path, 'kept');
    symlinkSync(path, link);

    expect(() => junitFile(link)).toThrow('it is a symbolic link');
    expect(readlinkSync(link)).toBe(path);
    expect(readFileSync(path, 'utf8')).toBe('kept');
  });
});
