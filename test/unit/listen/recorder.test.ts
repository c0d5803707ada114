import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recorder } from '../../../src/listen/recorder.js';
import { arrived, brought } from '../../helpers/listen-events.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const open = (path: string, append = false, onFailure: (error: Error) => void = () => undefined) =>
  recorder(path, {
    append,
    lineOf: (event) =>
      event.kind === 'delivery' ? JSON.stringify({ type: 'event', id: event.delivery.id }) : undefined,
    onFailure,
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

  expect(readFileSync(path, 'utf8')).toBe('{"type":"event","id":"1"}\n');
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
    expect(readFileSync(path, 'utf8')).toBe('{"type":"event","id":"1"}\n');
  });

  test('is gone on with when that is asked for', () => {
    const path = join(temporaryFolder(), 'run.ndjson');
    recordedIn(path, ['1'], true);

    expect(recordedIn(path, ['2'], true)).toBe('{"type":"event","id":"1"}\n{"type":"event","id":"2"}\n');
  });

  test.each([
    [
      'loses the start of a line that its writer was killed at',
      '{"type":"event","id":"1"}\n{"type":"event","id":',
      '{"type":"event","id":"1"}\n{"type":"event","id":"2"}\n',
    ],
    ['loses it also when it is all there is', '{"type":"event","id":', '{"type":"event","id":"2"}\n'],
    ['loses it also when that is a few bytes', '{"ty', '{"type":"event","id":"2"}\n'],
    [
      'keeps a last line that lacks only its end',
      '{"type":"event","id":"1"}',
      '{"type":"event","id":"1"}\n{"type":"event","id":"2"}\n',
    ],
    [
      'keeps a line before one that is longer than a read',
      `{"type":"event","id":"1"}\n{"type":"event","id":"${'x'.repeat(200_000)}`,
      '{"type":"event","id":"1"}\n{"type":"event","id":"2"}\n',
    ],
  ])('%s', (_, before, after) => {
    const path = join(temporaryFolder(), 'run.ndjson');
    writeFileSync(path, before);

    expect(recordedIn(path, ['2'], true)).toBe(after);
  });

  test('may be empty: there is nothing to lose', () => {
    const path = join(temporaryFolder(), 'run.ndjson');
    writeFileSync(path, '', { mode: 0o644 });

    expect(recordedIn(path, ['1'])).toBe('{"type":"event","id":"1"}\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('can be read by its owner only from then on', () => {
    const path = join(temporaryFolder(), 'run.ndjson');
    writeFileSync(path, '{"type":"event","id":"1"}\n', { mode: 0o644 });

    recordedIn(path, ['2'], true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test.each(['SECRET=1', '{\n  "name": "shop"\n}', '{"name":"shop"}'])('is left alone when it is %j', (text) => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, text);

    expect(() => open(path, true)).toThrow('it has something else in it than a recording');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

test('a folder, and a folder that is not there, are refused', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'a'));

  expect(() => open(join(folder, 'a'))).toThrow('it is a folder');
  expect(() => open(join(folder, 'none', 'run.ndjson'))).toThrow('there is no such file or folder');
  expect(() => open('/dev/null')).toThrow('it is not a file');
});

test('what can be neither written to nor cut is a failure all the same, told once', () => {
  const told: string[] = [];
  const recording = open(join(temporaryFolder(), 'run.ndjson'), false, ({ message }) => told.push(message));
  recording.close();

  for (const id of ['1', '2']) {
    try {
      recording.onEvent(arrived(id));
    } catch {
      // As those who look on are treated.
    }
  }

  expect(recording.failure?.message).toMatch(/is not of the whole run/);
  expect(told).toEqual([expect.stringMatching(/ends here/)]);
});
