import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLines } from '../../../src/cli/lines.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const never = new AbortController().signal;

function file(text: string): string {
  const path = join(temporaryFolder(), 'lines.txt');
  writeFileSync(path, text);
  return path;
}

async function linesOf(path: string, signal = never): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of await openLines(path, signal)) lines.push(line);
  return lines;
}

test.each([
  ['', []],
  ['one', ['one']],
  ['one\n', ['one']],
  ['one\n\ntwo\r\n', ['one', '', 'two\r']],
])('%j has the lines %j', async (text, lines) => {
  expect(await linesOf(file(text))).toEqual(lines);
});

test('lines and characters that lie over the pieces in which a file is read stay whole', async () => {
  const lines = Array.from({ length: 30_000 }, (_, i) => `${i} ☃ é 🏒`);
  expect(await linesOf(file(lines.join('\n')))).toEqual(lines);
});

test('a file that is not there is told when it is opened', async () => {
  const path = join(temporaryFolder(), 'nowhere');
  await expect(openLines(path, never)).rejects.toMatchObject({
    code: 'WrongUse',
    message: expect.stringContaining(`${path} cannot be read: there is no such file or folder.`),
  });
});

test('a folder is told when it is read', async () => {
  await expect(linesOf(temporaryFolder())).rejects.toMatchObject({
    code: 'WrongUse',
    message: expect.stringContaining('it is a folder'),
  });
});

test('the signal ends the reading', async () => {
  const stop = new AbortController();
  const lines = await openLines(file('line\n'.repeat(100_000)), stop.signal);
  let read = 0;
  const reading = (async () => {
    for await (const line of lines) {
      read += line.length / 4;
      stop.abort();
    }
  })();

  await expect(reading).rejects.toMatchObject({ code: 'WrongUse' });
  expect(read).toBeLessThan(100_000);
});
