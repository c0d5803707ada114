/* A process that uses a lock as another program would: `node --import tsx lock-process.ts hold|count PATH`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withFileLock } from '../../src/util/file-lock.js';

const [, , task = '', path = ''] = process.argv;

if (task === 'hold') {
  await withFileLock(path, async () => {
    process.stdout.write('held\n');
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  });
}

// Reads a number and writes the next one, with time in between in which another process could do the same.
if (task === 'count') {
  for (let turn = 0; turn < 10; turn += 1) {
    await withFileLock(path, async () => {
      const number = Number(readFileSync(`${path}-count`, 'utf8'));
      await new Promise((resolve) => setTimeout(resolve, 2));
      writeFileSync(`${path}-count`, String(number + 1));
    });
  }
}
