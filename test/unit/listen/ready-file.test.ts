import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readyFile } from '../../../src/listen/ready-file.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const READY = { type: 'ready', pid: process.pid, secret: 'whsec_x' } as const;

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

test('that another run has put in its place meanwhile stays', () => {
  const path = join(temporaryFolder(), 'ready.json');
  const [old, young] = [readyFile(path), readyFile(path)];
  old.write(READY);
  young.write({ ...READY, secret: 'whsec_y' });

  old.remove();
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ secret: 'whsec_y' });
  young.remove();
});

test('of a run that was killed is taken away at once: it would say that this one is ready', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'ready.json');
  const { pid } = spawnSync('true');
  writeFileSync(path, JSON.stringify({ ...READY, pid }));

  readyFile(path);

  expect(readdirSync(folder)).toEqual([]);
});

describe('is refused before anything is started', () => {
  test('in a folder that is not there', () => {
    expect(() => readyFile(join(temporaryFolder(), 'none', 'ready.json'))).toThrow(
      expect.objectContaining({
        code: 'WrongUse',
        message: expect.stringMatching(/ready\.json cannot be written: there is no such file or folder\.$/),
      }),
    );
  });

  test('in place of that of a run that still goes on', () => {
    const path = join(temporaryFolder(), 'ready.json');
    const text = JSON.stringify({ ...READY, pid: process.ppid });
    writeFileSync(path, text);

    expect(() => readyFile(path)).toThrow(`process ${process.ppid} is a listener that uses it`);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test.each(['{"a": 1}', '{"type": "ready"}', 'SECRET=1\n', ''])(
    'in place of a file that has something else in it: %j',
    (text) => {
      const path = join(temporaryFolder(), '.env');
      writeFileSync(path, text);

      expect(() => readyFile(path)).toThrow('there is a file with something else in it');
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  test('in place of a folder', () => {
    const path = join(temporaryFolder(), 'folder');
    mkdirSync(path);

    expect(() => readyFile(path)).toThrow('there is a file with something else in it');
  });
});
