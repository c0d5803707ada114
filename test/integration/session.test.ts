import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ApiClient, type Tokens } from '../../src/api/client.js';
import { sendJson, type SendJson } from '../../src/util/http-client.js';
import { startTestService, type TestService } from '../helpers/service.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

/** A client with tokens of an earlier run, what it keeps for the next one, and how it logged in. */
function client(tokens?: Tokens) {
  const kept: Tokens[] = [];
  const grants: (string | null)[] = [];
  const send: SendJson = (request) => {
    if (request.url.pathname === '/oauth2/token') grants.push(new URLSearchParams(request.body).get('grant_type'));
    return sendJson(request);
  };
  const onTokens = async (fresh: Tokens) => void kept.push(fresh);
  const options = { apiUrl: service.url, ...service.credentials, userAgent: 'test', tokens, onTokens, send };
  return { api: new ApiClient(options), kept, grants };
}

/** Tokens of a login, five minutes later: the refresh token still holds. */
async function agedTokens(): Promise<Tokens> {
  return { ...(await client().api.logIn()), expiresAt: Date.now() - 1 };
}

describe('a token that has ended', () => {
  test('is renewed by its refresh token, and both new ones are kept for the next run', async () => {
    const aged = await agedTokens();
    const { api, kept, grants } = client(aged);

    expect(await api.account()).toMatchObject({ code: 'your-account' });

    expect(grants).toEqual(['refresh_token']);
    expect(kept).toEqual([await api.currentTokens()]);
    expect(kept[0]?.accessToken).not.toBe(aged.accessToken);
    expect(kept[0]?.refreshToken).not.toBe(aged.refreshToken);

    const next = client({ ...(kept[0] as Tokens), expiresAt: 0 });
    await next.api.account();
    expect(next.grants).toEqual(['refresh_token']);
  });

  test('is renewed by the client id and secret when its refresh token is used up, or too old', async () => {
    const aged = await agedTokens();
    await client(aged).api.account();
    for (const tokens of [aged, { ...aged, refreshToken: 'of-last-week' }]) {
      const { api, grants } = client(tokens);
      expect(await api.account()).toMatchObject({ code: 'your-account' });
      expect(grants).toEqual(['refresh_token', 'client_credentials']);
    }
  });

  test('is renewed by the client id and secret when there is no refresh token', async () => {
    const { api, grants } = client({ accessToken: 'old', expiresAt: 0 });
    await api.account();
    expect(grants).toEqual(['client_credentials']);
  });

  test('is renewed once for calls at the same moment', async () => {
    const { api, grants } = client(await agedTokens());
    await Promise.all([api.account(), api.webhooks(), api.account(), api.events({})]);
    expect(grants).toEqual(['refresh_token']);
  });

  test('costs no command its work when several renew it at once, though a refresh token holds once', async () => {
    const aged = await agedTokens();
    const commands = Array.from({ length: 5 }, () => client(aged));

    const accounts = await Promise.all(commands.map(({ api }) => api.account()));

    expect(accounts.map(({ code }) => code)).toEqual(Array(5).fill('your-account'));
    // Whichever is kept last is good for the next command.
    for (const { kept } of commands) {
      const next = client(kept.at(-1));
      await next.api.account();
      expect(next.grants).toEqual([]);
    }
  });
});

test('a token that was taken back is replaced once for all calls that met it', async () => {
  const { api, grants } = client({ accessToken: 'taken-back', expiresAt: Date.now() + 60_000 });
  await Promise.all([api.account(), api.webhooks()]);
  expect(grants).toEqual(['client_credentials']);
});

test('a certificate that is not trusted is told in words, with what to do', async () => {
  const send = () => Promise.reject(Object.assign(new Error('self'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }));
  const api = new ApiClient({ apiUrl: 'https://api.invalid', ...service.credentials, userAgent: 'test', send });

  await expect(api.account()).rejects.toMatchObject({
    code: 'ServiceUnreachable',
    message: expect.stringContaining('cannot be reached: nobody whom this machine trusts has issued the certificate'),
    hint: 'For an authority of your own: NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
  });
});

describe('something else that answers a login', () => {
  test.each<[string, RequestListener]>([
    ['a page', (_, answer) => answer.end('<html>')],
    ['nothing', (_, answer) => answer.end()],
    ['other JSON', (_, answer) => answer.end('{"token":5}')],
  ])('with 200 and %s is told as such', async (_, answer) => {
    const server = createServer(answer).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    await expect(new ApiClient({ apiUrl, ...service.credentials, userAgent: 'test' }).logIn()).rejects.toMatchObject({
      code: 'ServiceUnreachable',
      message: 'What answers there (status 200) is not a CalReply service, or not a working one.',
    });
  });
});

test('calls that expect 100 Continue come to the service, also what it refuses by their headers', async () => {
  const send: SendJson = (request) => sendJson({ ...request, expectsContinue: true });
  const options = { apiUrl: service.url, ...service.credentials, userAgent: 'test', send };

  expect(await new ApiClient(options).createWebhook({ url: 'http://localhost:9/' })).toMatchObject({ enabled: true });
  const wrong = new ApiClient({ ...options, key: 'nothing' }).createWebhook({ url: 'http://localhost:9/' });
  await expect(wrong).rejects.toMatchObject({ code: 'Unauthorized' });
});
