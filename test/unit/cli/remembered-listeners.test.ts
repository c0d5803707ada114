import { appendFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RememberedListeners } from '../../../src/cli/remembered-listeners.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const HERE = 'http://127.0.0.1:4280';
const THERE = 'https://service.example.com';
const newFolder = () => join(temporaryFolder(), 'config');
const fileIn = (folder: string) => join(folder, 'listeners.ndjson');

test('names are remembered by service, each once', () => {
  const folder = newFolder();
  const remembered = new RememberedListeners(folder);
  for (const name of ['laptop', 'second', 'laptop']) remembered.remember(HERE, name);
  remembered.remember(THERE, 'other');

  const later = new RememberedListeners(folder);
  expect(later.names(HERE)).toEqual(['laptop', 'second']);
  expect(later.names(THERE)).toEqual(['other']);
  expect(later.names('http://127.0.0.1:1')).toEqual([]);
  expect(readFileSync(fileIn(folder), 'utf8').match(/laptop/g)).toHaveLength(1);
});

test('looking makes no file', () => {
  const folder = newFolder();
  expect(new RememberedListeners(folder).names(HERE)).toEqual([]);
  expect(() => statSync(folder)).toThrow('ENOENT');
});

test('what several wrote at the same moment is all kept, whatever each had read before', () => {
  const folder = newFolder();
  const several = Array.from({ length: 5 }, () => new RememberedListeners(folder));
  several.forEach((remembered, i) => remembered.remember(HERE, `listener-${i}`));
  expect(several[0]?.names(HERE)).toHaveLength(5);
});

test('a line that was cut short, or is none of ours, spoils no other', () => {
  const folder = newFolder();
  mkdirSync(folder);
  appendFileSync(fileIn(folder), `null\n{"apiUrl":5}\n{"apiUrl":"${HERE}","na`);
  const remembered = new RememberedListeners(folder);
  remembered.remember(HERE, 'laptop');
  expect(remembered.names(HERE)).toEqual(['laptop']);
});

test.skipIf(process.platform === 'win32')('the folder and the file are their owner’s alone', () => {
  const folder = newFolder();
  new RememberedListeners(folder).remember(HERE, 'laptop');
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
});
