import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemErrorText } from '../../../src/util/system-error-text.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const textOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return systemErrorText(error);
  }
  return undefined;
};

test('what the system says is told in words, without the call that failed', () => {
  const folder = temporaryFolder();
  expect(textOf(() => readFileSync(join(folder, 'none')))).toBe('there is no such file or folder');
  expect(textOf(() => readFileSync(folder))).toBe('it is a folder');
});

test('what is no error of the system is told in its own words', () => {
  expect(systemErrorText(new Error('it could not be understood'))).toBe('it could not be understood');
  expect(systemErrorText(Object.assign(new Error('odd'), { code: 'ERARE' }))).toBe('odd');
  expect(systemErrorText('just a text')).toBe('just a text');
});
