import { expect, test } from 'vitest';
import { Session } from '../../../src/api/session.js';
import type { JsonRequest } from '../../../src/util/http-client.js';

/** A session whose service takes the newest token only, and counts what it is asked. */
function sessionWith(tokens: { accessToken: string; refreshToken?: string; expiresAt: number } | undefined) {
  const asked: string[] = [];
  let logins = 0;
  const session = new Session({
    apiUrl: 'http://service.example',
    clientId: 'me',
    clientSecret: 'secret',
    userAgent: 'test',
    tokens,
    send: ({ url, headers }: JsonRequest) => {
      asked.push(url.pathname);
      if (url.pathname === '/oauth2/token') {
        logins += 1;
        const body = { access_token: `token-${logins}`, token_type: 'Bearer', expires_in: 300, refresh_token: 'next' };
        return Promise.resolve({ status: 200, body, headers: {} });
      }

      const isNewest = headers.authorization === `Bearer token-${logins}`;
      const refusal = { Code: 'Unauthorized', Reason: 'No.' };
      return Promise.resolve(
        isNewest ? { status: 200, body: 'done', headers: {} } : { status: 401, body: refusal, headers: {} },
      );
    },
  });
  const calls = (path: string) => asked.filter((one) => one === path).length;
  return { session, calls };
}

const eightCalls = (session: Session) =>
  Promise.all(Array.from({ length: 8 }, () => session.call('GET', '/v1/account')));

test('calls at the same moment share one renewal of the token', async () => {
  const { session, calls } = sessionWith({ accessToken: 'old', refreshToken: 'once', expiresAt: 0 });

  expect(await eightCalls(session)).toEqual(Array(8).fill('done'));

  expect(calls('/oauth2/token')).toBe(1);
  expect(calls('/v1/account')).toBe(8);
});

test('calls whose token was taken back at the same moment log in anew once', async () => {
  const { session, calls } = sessionWith({ accessToken: 'revoked', expiresAt: Date.now() + 300_000 });

  expect(await eightCalls(session)).toEqual(Array(8).fill('done'));

  expect(calls('/oauth2/token')).toBe(1);
  expect(calls('/v1/account')).toBe(16);
});
