import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startService } from '../../src/server/start.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

/* What an allowed network opens is shown by test/faults/nothing-private-is-reached.test.ts. */

const start = (dataDir: string, allowNetworks: readonly string[], isPublic: boolean) =>
  startService({ host: '127.0.0.1', port: 0, dataDir, isPublic, allowNetworks, version: '1.0.0', logLevel: 'silent' });

test('a service does not start with a network that is none, and leaves its folder alone', async () => {
  const folder = temporaryFolder();
  await expect(start(folder, ['10.0.0.0/8', '10.0.0.0/33'], true)).rejects.toMatchObject({
    code: 'WrongUse',
    message: '“10.0.0.0/33” is not a network. One looks like 10.0.0.0/8 or fd00::/8.',
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('a service of loopback, which sends anywhere, says that there is nothing to allow', async () => {
  const folder = temporaryFolder();
  await expect(start(folder, ['10.0.0.0/8'], false)).rejects.toMatchObject({
    code: 'WrongUse',
    message: 'Bound to 127.0.0.1, the service sends anywhere: there is no network to allow.',
    hint: expect.stringContaining('--public'),
  });
  expect(readdirSync(folder)).toEqual([]);
});
