import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from '../../../src/util/shell-word.js';

test.each(['whk_4x', 'https://example.com/hooks:80/a,b%20c', 'dir/webhooks.yaml', '@me', 'a=b'])(
  '%s is a word as it is',
  (text) => {
    expect(shellWord(text)).toBe(text);
  },
);

test.each([
  ['', "''"],
  ['my file.yaml', "'my file.yaml'"],
  ['https://example.com/?a=1&b=2', "'https://example.com/?a=1&b=2'"],
  ["it's", String.raw`'it'\''s'`],
  ['~/x', "'~/x'"],
  ['=x', "'=x'"],
  ['-x', "'-x'"],
])('%s is quoted', (text, expected) => {
  expect(shellWord(text)).toBe(expected);
});

test.skipIf(process.platform === 'win32')('a shell gives back what was quoted, and runs nothing', () => {
  const texts = ['http://h/a;touch$IFS/tmp/x|cat?x=1&y=`id`$(id)', `"'\\!*?[a]{b,c}<>#~ \t`, "''", 'a\nb', 'ü🦅'];
  const command = `printf '%s\\0' ${texts.map(shellWord).join(' ')}`;
  expect(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(texts);
});
