import { beforeEach, expect, test } from 'vitest';
import { Session } from '../../src/api/session.js';
import { exchange } from '../helpers/exchange.js';
import { startTestService, type Merchant, type TestService } from '../helpers/service.js';

let service: TestService;

beforeEach(async () => {
  service = await startTestService();
  return () => service.end();
});

/** A login from an address, as a proxy on this machine would pass it on. */
function logIn(address: string, clientId: string, clientSecret: string) {
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  return exchange(`${service.url}/oauth2/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${basic}`,
      'content-type': 'application/x-www-form-urlencoded',
      'x-forwarded-for': address,
    },
    body: 'grant_type=client_credentials',
  });
}

const asMerchant = (address: string, { credentials }: Pick<Merchant, 'credentials'>) =>
  logIn(address, credentials.clientId, credentials.clientSecret);

test('who guesses has to wait, and is told for how long in the words of the RFC and in ours; others log in', async () => {
  const { clientId } = service.credentials;
  for (let time = 0; time < 10; time += 1) {
    expect(await logIn('203.0.113.1', clientId, `guess-${time}`)).toMatchObject({ status: 401 });
  }

  const refused = await asMerchant('203.0.113.1', service);
  expect(refused).toMatchObject({ status: 429, headers: { 'cache-control': 'no-store' } });
  const seconds = Number(refused.headers['retry-after']);
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(30);
  expect(refused.json).toEqual({
    error: 'temporarily_unavailable',
    error_description: expect.stringContaining('Too many logins'),
    Code: 'TooManyTries',
    Reason: expect.stringContaining(`Try again in ${seconds} s.`),
  });
  expect(await asMerchant('198.51.100.7', service.stranger)).toMatchObject({ status: 200 });
  expect(await asMerchant('203.0.113.1', service.stranger)).toMatchObject({ status: 200 });
});

test('the command line’s session says when to try again, and asks once', async () => {
  const { clientId } = service.credentials;
  for (let time = 0; time < 10; time += 1) await logIn('127.0.0.1', clientId, 'guess');
  const session = new Session({
    apiUrl: service.url,
    clientId,
    clientSecret: 'wrong',
    userAgent: 'test',
    tokens: { accessToken: 'old', refreshToken: 'older', expiresAt: 0 },
  });
  await expect(session.call('GET', '/v1/account')).rejects.toMatchObject({
    code: 'TooManyTries',
    message: expect.stringMatching(/Try again in \d+ s\.$/),
    hint: 'Check the client id and the secret before you try again.',
    exitCode: 3,
  });
});

test('a flood of guesses from one address is cut short, and one from elsewhere logs in meanwhile', async () => {
  const flood = Array.from({ length: 200 }, (_, number) => logIn('203.0.113.1', `client_${number}`, 'guess'));
  const honest = await asMerchant('198.51.100.7', service);
  expect(honest.status).toBe(200);
  const statuses = (await Promise.all(flood)).map(({ status }) => status);
  const checked = statuses.filter((status) => status === 401).length;
  // Thirty, and one that was checked beside the last of them.
  expect(checked).toBeGreaterThanOrEqual(30);
  expect(checked).toBeLessThanOrEqual(31);
  expect(statuses.filter((status) => status === 429)).toHaveLength(200 - checked);
});
