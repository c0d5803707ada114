import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { systemErrorCode } from '../../../src/errors.js';
import { isOpen, whyClosed } from '../../../src/util/port.js';
import { listenLocally } from '../../helpers/listen-locally.js';
import { closedPort } from '../../helpers/receiving-app.js';

test('a port that something listens at is open', async () => {
  const url = new URL(`http://localhost:${await listenLocally(createServer())}/path`);
  expect(await isOpen(url)).toBe(true);
  expect(await whyClosed(url)).toBeUndefined();
});

test('why another is not is told by the system’s error', async () => {
  const url = new URL(`http://localhost:${await closedPort()}`);
  expect(await isOpen(url)).toBe(false);
  expect(systemErrorCode(await whyClosed(url))).toBe('ECONNREFUSED');
  expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(systemErrorCode(await whyClosed(new URL('http://nobody.invalid/'))));
});
