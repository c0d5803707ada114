import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { ApiClient } from '../../src/api/client.js';
import { oauth } from '../../src/api/auth.js';
import { newCredentials } from '../../src/api/credentials.js';
import { OperatorClient } from '../../src/api/operator-client.js';
import { exchange } from '../helpers/exchange.js';
import { FakeClock } from '../helpers/fake-clock.js';
import { startListener } from '../helpers/listener.js';
import { account, openStore } from '../helpers/open-store.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { wholeFaults } from '../helpers/whole-faults.js';

/* Fault test 10: forged, expired and foreign tokens. */

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

const operatorKey = () => readFileSync(join(service.dataDir, 'operator.key'), 'utf8').trim();
const operator = () => new OperatorClient({ apiUrl: service.url, key: operatorKey(), userAgent: 'test' });

/** What the service says to a token, at each kind of call: of an account, of the operator, of a stream, of a tunnel. */
async function answersTo(token: string): Promise<number[]> {
  const headers = { authorization: `Bearer ${token}` };
  const calls = ['/v1/account', '/v1/accounts', '/v1/notifications/stream', '/v1/webhooks'];
  return Promise.all(calls.map(async (path) => (await exchange(service.url + path, { headers })).status));
}

test('a forged token opens nothing, however much of it is right', async () => {
  const { accessToken, refreshToken = '' } = await service.api.currentTokens();
  const changed = (text: string, place: number) =>
    text.slice(0, place) + (text[place] === 'A' ? 'B' : 'A') + text.slice(place + 1);
  const places = Array.from({ length: accessToken.length }, (_, place) => place);
  const forged = [
    ...(wholeFaults ? places : [0, 21, 42]).map((place) => changed(accessToken, place)),
    ...Array.from({ length: wholeFaults ? 500 : 10 }, () => randomBytes(32).toString('base64url')),
    changed(operatorKey(), 12),
    operatorKey().slice(0, -1),
    `${operatorKey()}x`,
    accessToken.slice(0, -1),
    `${accessToken}A`,
    accessToken.toUpperCase(),
    refreshToken,
    service.credentials.clientSecret,
    // {"alg":"none"}, as those try who take every token for a JSON Web Token.
    `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify({ sub: service.account.id })).toString('base64url')}.`,
    'undefined',
    "' OR 1=1 --",
    '%00',
  ];
  for (const token of forged) expect(await answersTo(token), token).toEqual([401, 401, 401, 401]);
});

test('a token of one account reaches nothing of another, and no account’s token is the operator’s', async () => {
  const { id } = await service.stranger.api.createWebhook({ url: 'https://example.com' });
  const { id: listenerId } = await service.stranger.api.openListener({ name: 'laptop' });
  const { event } = await service.stranger.api.triggerEvent({ eventType: 'Test' });
  const foreign = [
    ['GET', `/v1/webhooks/${id}`],
    ['PATCH', `/v1/webhooks/${id}`, { enabled: false }],
    ['DELETE', `/v1/webhooks/${id}`],
    ['POST', `/v1/webhooks/${id}/rotate-secret`],
    ['POST', `/v1/webhooks/${id}/test`],
    ['GET', `/v1/events/${event.eventId}`],
    ['POST', `/v1/events/${event.eventId}/resend`, {}],
    ['GET', `/v1/listeners/${listenerId}`],
    ['DELETE', `/v1/listeners/${listenerId}`],
    ['POST', '/v2/subscribe/other-account/other', { emailAddress: 'dana@example.com' }],
  ] as const;
  for (const [method, path, json] of foreign) {
    expect((await service.call(method, path, json && { json })).status, `${method} ${path}`).toBe(404);
  }

  expect(await service.stranger.api.webhook(id)).toMatchObject({ id, enabled: true });
  expect((await service.call('GET', '/v1/accounts')).status).toBe(401);
  expect(await answersTo(operatorKey())).toEqual([401, 200, 401, 401]);
});

test('an access token opens for five minutes and not longer, a refresh token for an hour and once', async () => {
  const store = await openStore();
  const clock = new FakeClock();
  const auth = oauth({ store, clock, onLogin: () => {} });
  const { credentials, client } = await newCredentials(account.id);
  await store.write((transaction) => transaction.addClient({ ...client, createdAt: clock.now() }));
  const basic = Buffer.from(`${credentials.clientId}:${credentials.clientSecret}`).toString('base64');
  const token = (form: Record<string, string>) =>
    auth.token(
      {
        authorization: `Basic ${basic}`,
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': String(new URLSearchParams(form).toString().length),
      },
      form,
      '127.0.0.1',
    );
  const refresh = (refreshToken = '') => token({ grant_type: 'refresh_token', refresh_token: refreshToken });

  const first = await token({ grant_type: 'client_credentials' });
  await clock.advance(5 * 60_000 - 1);
  expect(await auth.authenticate(`Bearer ${first.access_token}`)).toMatchObject({ account });
  await clock.advance(1);
  await expect(auth.authenticate(`Bearer ${first.access_token}`)).rejects.toMatchObject({ code: 'Unauthorized' });

  const second = await refresh(first.refresh_token);
  await expect(refresh(first.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
  // Gone for good, also for a clock that is set back.
  await clock.advance(61 * 60_000);
  const third = await token({ grant_type: 'client_credentials' });
  await clock.advance(-61 * 60_000);
  await expect(refresh(second.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
  expect(await auth.authenticate(`Bearer ${third.access_token}`)).toMatchObject({ account });
});

test('replaced credentials go on for a day; with “now” they and what they gave open nothing from that moment on', async () => {
  const { code, ...first } = await operator().addAccount({ name: 'Rotating' });
  const apiOf = (credentials: { clientId: string; clientSecret: string }) =>
    new ApiClient({ apiUrl: service.url, ...credentials, userAgent: 'test' });
  const before = Date.now();
  const second = await operator().rotateCredentials(code, {});
  expect(Date.parse(second.oldUntil ?? '') - before).toBeGreaterThanOrEqual(24 * 60 * 60_000);
  expect(await apiOf(first).account()).toMatchObject({ code });
  const { accessToken } = await apiOf(second).currentTokens();

  const third = await operator().rotateCredentials(code, { now: true });
  expect(third.oldUntil).toBeNull();
  for (const old of [first, second]) {
    await expect(apiOf(old).account()).rejects.toMatchObject({ code: 'InvalidCredentials' });
  }

  expect(await answersTo(accessToken)).toEqual([401, 401, 401, 401]);
  expect(await apiOf(third).account()).toMatchObject({ code });
});

test('with “now” a tunnel that the old credentials opened ends, and does not come back by them', async () => {
  const cut = await startTestService();
  onTestFinished(() => cut.end());
  const listener = await startListener(cut, { target: 'http://127.0.0.1:9' });
  const key = readFileSync(join(cut.dataDir, 'operator.key'), 'utf8').trim();
  await new OperatorClient({ apiUrl: cut.url, key, userAgent: 'test' }).rotateCredentials(cut.account.code, {
    now: true,
  });
  await expect(listener.ended).rejects.toMatchObject({ code: 'InvalidCredentials' });
});
