import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { progressBar } from '../../../../src/cli/output/progress.js';

/** What is written to stderr from here on, which is a terminal, or a pipe. */
function written(isTerminal: boolean): string[] {
  const texts: string[] = [];
  const before = process.stderr.isTTY;
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => texts.push(String(text)) > 0);
  process.stderr.isTTY = isTerminal;
  onTestFinished(() => {
    write.mockRestore();
    process.stderr.isTTY = before;
  });
  return texts;
}

test('in a terminal a bar takes the place of the one before, tells the time left, and goes away at the end', () => {
  const texts = written(true);
  let now = 0;
  const bar = progressBar('events', 1200, () => now);
  now = 2000;
  bar.update(300);
  now = 2010;
  bar.update(301);
  bar.update(1200);
  bar.end();

  expect(texts.every((text) => text.startsWith('\r\u001b[K'))).toBe(true);
  expect(texts.map((text) => stripVTControlCharacters(text).trim())).toEqual([
    `${'█'.repeat(6)}${'░'.repeat(18)} 300 of 1,200 events · 6 s left`,
    `${'█'.repeat(24)} 1,200 of 1,200 events`,
    '',
  ]);
});

test('in a pipe a line now and then says how far it is', () => {
  const texts = written(false);
  let now = 0;
  const bar = progressBar('events', 1200, () => now);
  for (const done of [100, 200, 300]) {
    now += 6000;
    bar.update(done);
  }

  bar.end();
  expect(texts).toEqual(['200 of 1,200 events\n']);
});
