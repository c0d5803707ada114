import { expect, test } from 'vitest';
import { codeOf, isCode } from '../../../src/model/code-of.js';

test.each([
  ['Acme Sports', 'acme-sports'],
  ["  Müller & Söhne's GmbH ", 'muller-sohnes-gmbh'],
  ['日本', undefined],
  ['–', undefined],
  [`${'a'.repeat(62)} b`, 'a'.repeat(62)],
])('the code of “%s” is %s', (name, code) => {
  expect(codeOf(name)).toBe(code);
  if (code !== undefined) expect(isCode(code)).toBe(true);
});

test.each(['', '-a', 'a-', 'A', 'a b', 'ä', 'a/b', 'a'.repeat(64)])('“%s” is no code', (text) => {
  expect(isCode(text)).toBe(false);
});
