import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readyFile } from '../../../src/listen/ready-file.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const READY = { type: 'ready', pid: process.pid, secret: 'whsec_x' } as const;
/** No process has a number as high. */
const GONE = { ...READY, pid: 2 ** 30 };

test('is there from its writing to its removal, for its owner only', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'ready.json');
  const file = readyFile(path);
  expect(readdirSync(folder)).toEqual([]);

  file.write(READY);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(READY);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['ready.json']);

  file.remove();
  expect(readdirSync(folder)).toEqual([]);
});

test('goes when the process ends without another word, and leaves nothing on it otherwise', () => {
  const folder = temporaryFolder();
  const before = process.listeners('exit');
  const file = readyFile(join(folder, 'ready.json'));
  file.write(READY);
  const [atExit] = process.listeners('exit').filter((listener) => !before.includes(listener));
  atExit?.(0);

  expect(readdirSync(folder)).toEqual([]);
  expect(process.listeners('exit')).toEqual(before);
});

test.each([
  ['that was killed', GONE],
  ['that had our own number, such as before a container was started anew', READY],
])('of a run %s is taken away at once: it would say that this one is ready', (_, left) => {
  const folder = temporaryFolder();
  const path = join(folder, 'ready.json');
  writeFileSync(path, JSON.stringify(left));

  readyFile(path);

  expect(readdirSync(folder)).toEqual([]);
});

test('is left where it is when another listener has put its own there meanwhile', () => {
  const path = join(temporaryFolder(), 'ready.json');
  const file = readyFile(path);
  file.write(READY);
  writeFileSync(path, JSON.stringify(GONE));

  file.remove();

  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(GONE);
});

describe('of a listener that runs', () => {
  const running = { ...READY, pid: process.ppid, listener: { name: 'laptop' } };
  const leave = () => {
    const path = join(temporaryFolder(), 'ready.json');
    writeFileSync(path, JSON.stringify(running));
    return path;
  };

  test('makes way for one that takes it over', () => {
    const path = leave();
    const file = readyFile(path, () => 'laptop');
    expect(existsSync(path)).toBe(false);

    file.write(READY);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(READY);
  });

  test('is left to it by one that takes over another', () => {
    const path = leave();
    expect(() => readyFile(path, () => 'desk')).toThrow(`it is that of another listener, process ${process.ppid}`);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(running);
  });
});

describe('is refused before anything is started', () => {
  test('in place of that of a listener that runs', () => {
    const path = join(temporaryFolder(), 'ready.json');
    const other = { ...READY, pid: process.ppid };
    writeFileSync(path, JSON.stringify(other));

    expect(() => readyFile(path)).toThrow(`it is that of another listener, process ${process.ppid}`);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(other);
  });

  test('in a folder that is not there', () => {
    expect(() => readyFile(join(temporaryFolder(), 'none', 'ready.json'))).toThrow(
      expect.objectContaining({
        code: 'WrongUse',
        message: expect.stringMatching(/ready\.json cannot be written: there is no such file or folder\.$/),
      }),
    );
  });

  test.each(['{"a": 1}', 'SECRET=1\n', ''])('in place of a file that has something else in it: %j', (text) => {
    const path = join(temporaryFolder(), '.env');
    writeFileSync(path, text);

    expect(() => readyFile(path)).toThrow('there is a file with something else in it');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('in place of a folder', () => {
    const path = join(temporaryFolder(), 'folder');
    mkdirSync(path);

    expect(() => readyFile(path)).toThrow('there is a file with something else in it');
  });
});
