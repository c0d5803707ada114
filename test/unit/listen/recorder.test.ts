import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recorder } from '../../../src/listen/recorder.js';
import { arrived, brought } from '../../helpers/listen-events.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const open = (path: string, append = false) =>
  recorder(path, {
    append,
    lineOf: (event) => (event.kind === 'delivery' ? JSON.stringify({ id: event.delivery.id }) : undefined),
    onFailure: () => undefined,
  });

function recordedIn(path: string, ids: readonly string[], append = false): string {
  const recording = open(path, append);
  for (const id of ids) for (const event of brought(id, 200)) recording.onEvent(event);
  recording.close();
  return readFileSync(path, 'utf8');
}

test('keeps a line for each delivery, which is in the file at once, for its owner only', () => {
  const path = join(temporaryFolder(), 'run.ndjson');
  const recording = open(path);
  recording.onEvent(arrived('1'));

  expect(readFileSync(path, 'utf8')).toBe('{"id":"1"}\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  recording.close();
});

describe('a recording that is there', () => {
  test('is not overwritten', () => {
    const path = join(temporaryFolder(), 'run.ndjson');
    recordedIn(path, ['1']);

    expect(() => open(path)).toThrow(
      expect.objectContaining({ code: 'WrongUse', hint: expect.stringContaining('--append') }),
    );
    expect(readFileSync(path, 'utf8')).toBe('{"id":"1"}\n');
  });

  test('is gone on with when that is asked for', () => {
    const path = join(temporaryFolder(), 'run.ndjson');
    recordedIn(path, ['1'], true);

    expect(recordedIn(path, ['2'], true)).toBe('{"id":"1"}\n{"id":"2"}\n');
  });

  test.each([
    ['loses the start of a line that its writer was killed at', '{"id":"1"}\n{"id":', '{"id":"1"}\n{"id":"2"}\n'],
    ['loses it also when it is all there is', '{"id":', '{"id":"2"}\n'],
    ['keeps a last line that lacks only its end', '{"id":"1"}', '{"id":"1"}\n{"id":"2"}\n'],
    [
      'keeps a line before one that is longer than a read',
      `{"id":"1"}\n{"id":"${'x'.repeat(200_000)}`,
      '{"id":"1"}\n{"id":"2"}\n',
    ],
  ])('%s', (_, before, after) => {
    const path = join(temporaryFolder(), 'run.ndjson');
    writeFileSync(path, before);

    expect(recordedIn(path, ['2'], true)).toBe(after);
  });

  test('may be empty: there is nothing to lose', () => {
    const path = join(temporaryFolder(), 'run.ndjson');
    writeFileSync(path, '', { mode: 0o644 });

    expect(recordedIn(path, ['1'])).toBe('{"id":"1"}\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('is left alone when it is something else', () => {
    const path = join(temporaryFolder(), '.env');
    writeFileSync(path, 'SECRET=1');

    expect(() => open(path, true)).toThrow('it has something else in it than a recording');
    expect(readFileSync(path, 'utf8')).toBe('SECRET=1');
  });
});

test('a folder, and a folder that is not there, are refused', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'a'));

  expect(() => open(join(folder, 'a'))).toThrow('it is a folder');
  expect(() => open(join(folder, 'none', 'run.ndjson'))).toThrow('there is no such file or folder');
  expect(() => open('/dev/null')).toThrow('it is not a file');
});
