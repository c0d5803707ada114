import { describe, expect, test } from 'vitest';
import {
  historyQuery,
  pageQuery,
  parseHeaders,
  parsePairs,
  parseTarget,
  parseTime,
  readFileOrStdin,
} from '../../../src/cli/input.js';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const wrongUse = expect.objectContaining({ code: 'WrongUse' });

describe('where to forward to', () => {
  test.each([
    ['3000', 'http://localhost:3000/'],
    [':3000', 'http://localhost:3000/'],
    ['3000/hooks', 'http://localhost:3000/hooks'],
    [':3000/hooks?a=1', 'http://localhost:3000/hooks?a=1'],
    ['3000?a=1', 'http://localhost:3000/?a=1'],
    ['localhost', 'http://localhost/'],
    ['localhost:3000', 'http://localhost:3000/'],
    ['localhost:3000/hooks', 'http://localhost:3000/hooks'],
    ['127.0.0.1:3000', 'http://127.0.0.1:3000/'],
    ['[::1]:3000/hooks', 'http://[::1]:3000/hooks'],
    ['myapp.test/hooks', 'http://myapp.test/hooks'],
    ['http://localhost:3000/hooks', 'http://localhost:3000/hooks'],
    ['https://localhost:3000', 'https://localhost:3000/'],
    ['HTTP://LOCALHOST:3000/Hooks', 'http://localhost:3000/Hooks'],
  ])('%s is %s', (text, expected) => {
    expect(parseTarget(text).href).toBe(expected);
  });

  test.each([
    ...['', ' ', ':', '/hooks', '99999', '70000/hooks', 'localhost:port', 'ftp://localhost', 'file:///etc/passwd'],
    ...['http://', 'https://:3000', 'javascript:alert(1)', 'local host'],
  ])('“%s” is nowhere', (text) => {
    expect(() => parseTarget(text)).toThrow(
      expect.objectContaining({ code: 'InvalidUrl', hint: expect.stringContaining('3000') }),
    );
  });
});

describe('a time', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');

  test.each([
    ['90s', '2026-11-23T11:58:30.000Z'],
    ['10m', '2026-11-23T11:50:00.000Z'],
    ['2h', '2026-11-23T10:00:00.000Z'],
    ['7d', '2026-11-16T12:00:00.000Z'],
    ['0s', '2026-11-23T12:00:00.000Z'],
    ['2026-11-23T15:04:05Z', '2026-11-23T15:04:05.000Z'],
    ['2026-11-23T15:04:05.678+02:00', '2026-11-23T13:04:05.678Z'],
    ['2026-11-23', '2026-11-23T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(parseTime(text, now)).toBe(expected);
  });

  test.each([
    ...['', ' ', '10', 'm', '-10m', '1.5h', '10 m', '10M', '10w', 'yesterday', 'soon', '1795435200'],
    ...['2026-13-01', '2026-11-23T25:00:00Z', '2026-11-23 nonsense', '99999999999d', `${'9'.repeat(30)}s`],
  ])('“%s” is none', (text) => {
    expect(() => parseTime(text, now)).toThrow(wrongUse);
  });

  test('of a list’s flags is asked for in ISO 8601', () => {
    expect(pageQuery({ limit: 5, since: '10m', calendar: 'sports' }, now)).toEqual({
      limit: 5,
      since: '2026-11-23T11:50:00.000Z',
      calendar: 'sports',
    });
  });
});

describe('the flags that narrow the history', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');

  test('are asked for as they are, but for the times and for what is no filter', () => {
    const filters = { type: 'subscribe', subscription: 's', status: 'failed', webhook: 'w', event: 'e' } as const;
    const flags = { ...filters, since: '2h', until: '1h', wait: true, json: false };

    expect(historyQuery(flags, now)).toEqual({
      ...filters,
      since: '2026-11-23T10:00:00.000Z',
      until: '2026-11-23T11:00:00.000Z',
    });
  });

  test('have to name times', () => {
    expect(() => historyQuery({ until: '' }, now)).toThrow(wrongUse);
  });
});

describe('headers', () => {
  test('are names and values, in their order and several of one name', () => {
    expect(parseHeaders(['X-One: 1', 'x-one:2', 'Authorization:  Bearer a:b', 'X-Empty:'])).toEqual([
      ['X-One', '1'],
      ['x-one', '2'],
      ['Authorization', 'Bearer a:b'],
      ['X-Empty', ''],
    ]);
  });

  test.each([
    ...['', ':', ': value', 'Name', 'Name=value', 'Na me: value', 'Naïve: value', 'X-A: b\r\nX-B: c', 'X-A: b\nc'],
    ...['X-A: b\rc', 'X-A:\r\nX-B: c', 'X-A\n: b', 'X-A: \0', 'X-A: \u007f', 'X-A: \u001b[2J', 'X-A: \u{1f985}'],
  ])('%j is none', (header) => {
    expect(() => parseHeaders(['X-Fine: 1', header])).toThrow(wrongUse);
  });
});

describe('pairs', () => {
  test('are names and values, of which the last counts', () => {
    expect(parsePairs(['a=1', 'b=x=y', 'c=', 'd.0.e= ', 'a=2'], '--set')).toEqual({
      a: '2',
      b: 'x=y',
      c: '',
      'd.0.e': ' ',
    });
  });

  test.each(['', 'a', '=', '=a'])('“%s” is none', (pair) => {
    expect(() => parsePairs(['a=1', pair], '--set')).toThrow(
      expect.objectContaining({ code: 'WrongUse', message: expect.stringContaining('--set') }),
    );
  });

  test('of a dangerous name harm nothing', () => {
    const pairs = parsePairs(['__proto__=x'], '--set');
    expect(Object.entries(pairs)).toEqual([['__proto__', 'x']]);
    expect(Object.getPrototypeOf(pairs)).toBe(Object.prototype);
  });
});

describe('a file', () => {
  test('is read whole', async () => {
    const path = join(temporaryFolder(), 'event.json');
    writeFileSync(path, '{"ä": "🦅"}\n');
    expect(await readFileOrStdin(path)).toBe('{"ä": "🦅"}\n');
  });

  test('that is not there is wrong use, with its name', async () => {
    const path = join(temporaryFolder(), 'missing.json');
    await expect(readFileOrStdin(path)).rejects.toMatchObject({
      code: 'WrongUse',
      message: expect.stringContaining('missing.json'),
    });
  });
});
