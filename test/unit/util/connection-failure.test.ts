import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { systemErrorCode } from '../../../src/errors.js';
import { connectionFailure } from '../../../src/util/connection-failure.js';
import { sendJson } from '../../../src/util/http-client.js';
import { listenLocally } from '../../helpers/listen-locally.js';

test.each([true, false])(
  'a service that answers nothing is said to take too long, expected to go on: %s',
  async (expects) => {
    const url = new URL(`http://127.0.0.1:${await listenLocally(createServer((socket) => socket.resume()))}/`);
    const request = { method: 'POST', url, headers: {}, body: '{}', timeout: 100, expectsContinue: expects } as const;
    const error: unknown = await sendJson(request).catch((error: unknown) => error);
    expect(connectionFailure(error, systemErrorCode(error))).toBe('it did not answer in time');
  },
);
