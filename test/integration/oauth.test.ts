import { beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../../src/api/client.js';
import type { TokenAnswer } from '../../src/api/contract.js';
import { exchange } from '../helpers/exchange.js';
import { startTestService, type TestService } from '../helpers/service.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

const FORM = 'application/x-www-form-urlencoded';

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

function askToken(form: Record<string, string>, headers: Record<string, string> = {}) {
  const body = new URLSearchParams(form).toString();
  return exchange(`${service.url}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': FORM, ...headers },
    body,
  });
}

function logIn() {
  const { clientId, clientSecret } = service.credentials;
  return askToken({ grant_type: 'client_credentials' }, { authorization: basic(clientId, clientSecret) });
}

function refresh(token: string) {
  const { clientId, clientSecret } = service.credentials;
  return askToken(
    { grant_type: 'refresh_token', refresh_token: token },
    { authorization: basic(clientId, clientSecret) },
  );
}

const whoAmI = (authorization?: string) =>
  exchange(`${service.url}/v1/account`, authorization === undefined ? {} : { headers: { authorization } });

const TOKENS = {
  access_token: expect.stringMatching(/^[\w-]{43}$/),
  token_type: 'Bearer',
  // Five minutes; what is left of a second when the answer is written is rounded down.
  expires_in: expect.closeTo(300, -1),
  refresh_token: expect.stringMatching(/^[\w-]{43}$/),
};

describe('POST /oauth2/token', () => {
  test('gives tokens for a client id and secret in a Basic header', async () => {
    const answer = await logIn();
    expect(answer).toMatchObject({ status: 200, json: TOKENS });
    expect(Object.keys(answer.json as object).toSorted()).toEqual(Object.keys(TOKENS).toSorted());
    const account = await whoAmI(`Bearer ${(answer.json as TokenAnswer).access_token}`);
    expect(account).toMatchObject({ status: 200, json: { code: service.account.code } });
  });

  test('gives tokens for a client id and secret in the form', async () => {
    const { clientId, clientSecret } = service.stranger.credentials;
    const answer = await askToken({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    expect(answer).toMatchObject({ status: 200, json: TOKENS });
    const account = await whoAmI(`Bearer ${(answer.json as TokenAnswer).access_token}`);
    expect(account).toMatchObject({ status: 200, json: { code: 'other-account' } });
  });

  test('gives new tokens for a refresh token once, and refuses it from then on', async () => {
    const first = (await logIn()).json as TokenAnswer;
    const second = await refresh(first.refresh_token ?? '');
    expect(second).toMatchObject({ status: 200, json: TOKENS });
    const { access_token: accessToken, refresh_token: refreshToken } = second.json as TokenAnswer;
    expect(refreshToken).not.toBe(first.refresh_token);
    expect(await whoAmI(`Bearer ${accessToken}`)).toMatchObject({ status: 200 });
    expect(await refresh(first.refresh_token ?? '')).toMatchObject({
      status: 400,
      json: { error: 'invalid_grant', Code: 'InvalidRequest' },
    });
    expect(await refresh(refreshToken ?? '')).toMatchObject({ status: 200 });
  });

  test('refuses the refresh token of another client, which still works for its owner', async () => {
    const { refresh_token: foreign = '' } = (await logIn()).json as TokenAnswer;
    const { clientId, clientSecret } = service.stranger.credentials;
    const form = { grant_type: 'refresh_token', refresh_token: foreign };
    expect(await askToken(form, { authorization: basic(clientId, clientSecret) })).toMatchObject({
      status: 400,
      json: { error: 'invalid_grant' },
    });
    expect(await refresh(foreign)).toMatchObject({ status: 200 });
  });

  test('does not take an access token for a refresh token, nor the other way round', async () => {
    const tokens = (await logIn()).json as TokenAnswer;
    expect(await refresh(tokens.access_token)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    expect(await whoAmI(`Bearer ${tokens.refresh_token}`)).toMatchObject({ status: 401 });
  });

  test('forbids every cache to keep its answers, also the refusals', async () => {
    for (const answer of [await logIn(), await refresh('nonsense')]) {
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
    }
  });

  test.each([
    ['a secret that is not right', (id: string) => ({ authorization: basic(id, 'wrong') })],
    ['a client that does not exist', () => ({ authorization: basic('client_nobody', 'wrong') })],
    ['a Basic header that is none', () => ({ authorization: 'Basic %%%' })],
    ['no credentials at all', () => ({})],
  ])('refuses %s in the words of the RFC and in ours', async (_, headersFor) => {
    const headers: Record<string, string> = headersFor(service.credentials.clientId);
    const answer = await askToken({ grant_type: 'client_credentials' }, headers);
    expect([400, 401]).toContain(answer.status);
    expect(answer.json).toEqual({
      error: answer.status === 401 ? 'invalid_client' : 'invalid_request',
      error_description: expect.stringMatching(/./),
      Code: answer.status === 401 ? 'InvalidCredentials' : 'InvalidRequest',
      Reason: expect.stringMatching(/\.$/),
    });
  });

  test('answers a failed Basic login with 401 and the scheme to use', async () => {
    const answer = await askToken(
      { grant_type: 'client_credentials' },
      { authorization: basic(service.credentials.clientId, 'wrong') },
    );
    expect(answer).toMatchObject({ status: 401, json: { error: 'invalid_client', Code: 'InvalidCredentials' } });
    expect(answer.headers['www-authenticate']).toMatch(/^Basic realm=/);
  });

  test.each([
    ['a grant type nobody knows', { grant_type: 'magic' }, 'unsupported_grant_type'],
    ['a password', { grant_type: 'password', username: 'a', password: 'b' }, 'unauthorized_client'],
    ['no grant type', {}, 'invalid_request'],
    ['a refresh without its token', { grant_type: 'refresh_token' }, 'invalid_request'],
    ['a grant type of odd characters', { grant_type: 'client credentials "' }, 'invalid_request'],
  ])('refuses %s with 400', async (_, form, error) => {
    const { clientId, clientSecret } = service.credentials;
    const answer = await askToken(form, { authorization: basic(clientId, clientSecret) });
    expect(answer).toMatchObject({ status: 400, json: { error, Code: 'InvalidRequest', Reason: expect.any(String) } });
  });

  test.each([
    ['JSON', 'application/json', '{"grant_type":"client_credentials"}'],
    ['broken JSON', 'application/json', '{"grant_type":'],
    ['plain text', 'text/plain', 'grant_type=client_credentials'],
    ['multipart', 'multipart/form-data; boundary=x', '--x--'],
  ])('refuses a body of %s with 400 invalid_request', async (_, type, body) => {
    const { clientId, clientSecret } = service.credentials;
    const headers = { 'content-type': type, authorization: basic(clientId, clientSecret) };
    const answer = await exchange(`${service.url}/oauth2/token`, { method: 'POST', headers, body });
    expect(answer).toMatchObject({
      status: 400,
      json: { error: 'invalid_request', Code: 'InvalidRequest', Reason: expect.any(String) },
    });
  });

  test('refuses a request without a body, and one by GET', async () => {
    expect(await exchange(`${service.url}/oauth2/token`, { method: 'POST' })).toMatchObject({
      status: 400,
      json: { error: 'invalid_request', Code: 'InvalidRequest' },
    });
    expect(await exchange(`${service.url}/oauth2/token`)).toMatchObject({ status: 404, json: { Code: 'NotFound' } });
  });
});

describe('an access token', () => {
  test.each([
    ['nothing', undefined],
    ['garbage', 'Bearer garbage'],
    ['an empty token', 'Bearer '],
    ['another scheme', 'Basic YTpi'],
    ['characters no token has', 'Bearer a b"c'],
    ['a very long token', `Bearer ${'a'.repeat(8000)}`],
  ])('is asked for: %s is answered with 401', async (_, authorization) => {
    const answer = await whoAmI(authorization);
    expect(answer).toMatchObject({ status: 401, json: { Code: 'Unauthorized', Reason: expect.any(String) } });
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer\b/);
  });

  test('holds for its own account only: each sees its own', async () => {
    expect(await service.api.account()).toMatchObject({ code: service.account.code });
    expect(await service.stranger.api.account()).toMatchObject({ code: 'other-account' });
  });
});

test('a client with a token that no longer holds logs in again by itself', async () => {
  const tokens = { accessToken: 'old', refreshToken: 'older', expiresAt: Date.now() + 60_000 };
  const client = new ApiClient({ apiUrl: service.url, ...service.credentials, userAgent: 'test', tokens });
  expect(await client.account()).toMatchObject({ code: service.account.code });
});
