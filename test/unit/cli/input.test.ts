import { describe, expect, test } from 'vitest';
import {
  historyQuery,
  isNarrowed,
  pageQuery,
  parseHeaders,
  parsePairs,
  parseTarget,
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

test('a target with a password is refused, which is not sent and would be shown: neither is it in the error', () => {
  expect(() => parseTarget('http://me:swordfish@localhost:3000/hooks')).toThrow(
    expect.objectContaining({
      code: 'InvalidUrl',
      message: expect.not.stringContaining('swordfish'),
      hint: "Forward to http://localhost:3000/hooks, and add --header 'Authorization: …'.",
    }),
  );
});

describe('the flags that narrow the history', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');

  test('and page through a list have times in ISO 8601', () => {
    expect(pageQuery({ limit: 5, since: '10m', calendar: 'sports' }, now)).toEqual({
      limit: 5,
      since: '2026-11-23T11:50:00.000Z',
      calendar: 'sports',
    });
  });

  test('are asked for as they are, but for the times and for what is no filter', () => {
    const filters = { type: 'subscribe', subscription: 's', status: 'failed', webhook: 'w', event: 'e' } as const;
    const flags = { ...filters, since: '2h', until: '1h', wait: true, json: false };

    expect(historyQuery(flags, now)).toEqual({
      ...filters,
      type: 'Subscribe',
      since: '2026-11-23T10:00:00.000Z',
      until: '2026-11-23T11:00:00.000Z',
    });
  });

  test('have to name times', () => {
    for (const flags of [{ until: '' }, { since: '' }]) expect(() => historyQuery(flags, now)).toThrow(wrongUse);
  });
});

describe('a filter that can find nothing is refused:', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');

  test('a type that is none, with those there are', () => {
    expect(() => historyQuery({ type: 'subscirbe' }, now)).toThrow(
      expect.objectContaining({
        code: 'UnknownEventType',
        message: expect.stringMatching(/^“subscirbe” is not a type of event\. There are subscribe, .*, inbox\.$/),
        hint: 'Did you mean: subscribe or unsubscribe',
      }),
    );
  });

  test('several types', () => {
    const reason = '--type takes one type, and “subscribe,unsubscribe” names several.';
    expect(() => historyQuery({ type: 'subscribe,unsubscribe' }, now)).toThrow(reason);
  });

  test('a span that ends before it begins', () => {
    expect(() => historyQuery({ since: '5m', until: '1h' }, now)).toThrow('--until 1h is before --since 5m.');
  });
});

test('what came in at an inbox is asked for by its own type', () => {
  expect(historyQuery({ type: 'inbox' }, 0).type).toBe('Inbox');
});

test('a query is narrowed by any filter, and not by its page', () => {
  expect(isNarrowed({ limit: 25, cursor: 'x', type: undefined })).toBe(false);
  expect(isNarrowed({ limit: 25, since: '2026-11-23T12:00:00Z' })).toBe(true);
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

test.each([
  ['X-A: ü€', 'The value of the header X-A cannot have “€” in it.'],
  ['X-A: 🦅', 'The value of the header X-A cannot have “🦅” in it.'],
  ['X-A: b\nX-B: c', 'The value of the header X-A cannot have the character U+000A in it.'],
])('of the header %j it is said which character is wrong', (header, message) => {
  expect(() => parseHeaders([header])).toThrow(
    expect.objectContaining({ message, hint: expect.stringContaining('ASCII') }),
  );
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
