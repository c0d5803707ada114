import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskedField } from '../../../../src/cli/output/personal-data.js';
import { prettyJson } from '../../../../src/cli/output/pretty-json.js';

test('is indented as people write it, and empty ones stay on their line', () => {
  expect(prettyJson('{"a":[1,{"b":[]}],"c":{},"d":"x"}')).toEqual([
    '{',
    '  "a": [',
    '    1,',
    '    {',
    '      "b": []',
    '    }',
    '  ],',
    '  "c": {},',
    '  "d": "x"',
    '}',
  ]);
});

test('is what JSON.stringify makes of any value', () => {
  fc.assert(
    fc.property(fc.oneof(fc.object(), fc.array(fc.json())), (value) => {
      const written = JSON.parse(JSON.stringify(value)) as unknown;
      expect(prettyJson(JSON.stringify(written))?.join('\n')).toBe(JSON.stringify(written, null, 2));
    }),
  );
});

test('leaves numbers, escapes and doubles as they were sent', () => {
  expect(prettyJson('{"n":12345678901234567890.0,"s":"\\u0041\\/\\"","n":1e2}')).toEqual([
    '{',
    '  "n": 12345678901234567890.0,',
    '  "s": "\\u0041\\/\\"",',
    '  "n": 1e2',
    '}',
  ]);
});

test('changes texts by the name of their field, in lists too, and names by none', () => {
  const change = (name: string, value: string) => `${name}:${value}`;

  expect(prettyJson('{"a":"x","b":["y",{"c":"z"}]}', change)?.map((line) => line.trim())).toEqual([
    '{',
    '":a": "a:x",',
    '":b": [',
    '"b:y",',
    '{',
    '":c": "c:z"',
    '}',
    ']',
    '}',
  ]);
});

test('changes numbers too, as they were sent, but no other words', () => {
  const change = (name: string, value: string) => (name === 'phone' ? `<${value}>` : value);

  expect(prettyJson('{"phone":[1.0,-2e3,null,true],"zip":1.0}', change)?.map((line) => line.trim())).toEqual([
    '{',
    '"phone": [',
    '<1.0>,',
    '<-2e3>,',
    'null,',
    'true',
    '],',
    '"zip": 1.0',
    '}',
  ]);
});

test.each(['phone', 'authCode', 'token'])('hides the number that is a %s', (name) => {
  expect(prettyJson(`{"${name}":491511234567}`, maskedField)).toEqual(['{', `  "${name}": •••`, '}']);
});

test.each(['', 'hello', '{"a":', '12', '"text"', 'null', '['.repeat(200) + ']'.repeat(200)])(
  'makes nothing of %j',
  (text) => {
    expect(prettyJson(text)).toBeUndefined();
  },
);
