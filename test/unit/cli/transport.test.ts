import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ApiClient } from '../../../src/api/client.js';
import { environment } from '../../../src/cli/context.js';
import { transportTo } from '../../../src/cli/transport.js';
import { closedPort } from '../../helpers/receiving-app.js';

const SERVICE = 'https://api.invalid';
const transport = (env: NodeJS.ProcessEnv) => transportTo(SERVICE, environment(env).proxies);
const failureOf = async (env: NodeJS.ProcessEnv) => {
  const credentials = { clientId: 'me', clientSecret: 'secret' };
  const api = new ApiClient({ apiUrl: SERVICE, ...credentials, userAgent: 'test', ...(await transport(env)) });
  return api.logIn().then(
    () => undefined,
    ({ code, message, hint }) => ({ code, message, hint }),
  );
};

test('requests travel directly where no proxy is named, and where NO_PROXY has the service', async () => {
  expect(await transport({})).toEqual({});
  expect(await transport({ HTTPS_PROXY: 'garbage', NO_PROXY: 'api.invalid' })).toEqual({});
});

test('a proxy that cannot be used is wrong use, with the variable and without its password', async () => {
  for (const value of ['garbage', 'socks5://me:hunter2@127.0.0.1:1080']) {
    await expect(transport({ HTTPS_PROXY: value })).rejects.toMatchObject({
      code: 'WrongUse',
      message: 'HTTPS_PROXY names no HTTP proxy.',
      hint: 'It looks like http://proxy.example.com:3128. To go past it: NO_PROXY=api.invalid',
    });
  }
});

test('a proxy that is away is named in the failure, without its password', async () => {
  const port = await closedPort();

  expect(await failureOf({ HTTPS_PROXY: `me:hunter2@127.0.0.1:${port}` })).toEqual({
    code: 'ServiceUnreachable',
    message: `The service at ${SERVICE} cannot be reached through the proxy http://127.0.0.1:${port}: nothing listens there.`,
    hint: 'Check HTTPS_PROXY, or go past the proxy: NO_PROXY=api.invalid',
  });
});

test('a proxy that refuses the way to the service is told with its answer', async () => {
  const proxy = createServer().on('connect', (_, socket) => socket.end('HTTP/1.1 407 Say who you are\r\n\r\n'));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

  expect(await failureOf({ HTTPS_PROXY: url })).toMatchObject({
    code: 'ServiceUnreachable',
    message: `The service at ${SERVICE} cannot be reached through the proxy ${url}: it answers 407.`,
  });
});
