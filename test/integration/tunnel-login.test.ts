import { beforeAll, expect, test } from 'vitest';
import { OperatorClient } from '../../src/api/operator-client.js';
import { bareClient } from '../helpers/bare-client.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { waitUntil } from '../helpers/wait-until.js';

const KEY = 'operator_0123456789abcdefghijklmnopqrstuvwxyz';
let service: TestService;

beforeAll(async () => {
  service = await startTestService({ operatorKey: KEY });
  return () => service.end();
});

test('a login is renewed in place', async () => {
  const client = await bareClient(service, 'renewing', { renews: true });
  const { accessToken } = await service.api.logIn();
  client.send({ type: 'renew', accessToken });
  await waitUntil('it is renewed', () => client.messages.some(({ type }) => type === 'renewed'));
  const renewed = client.messages.find((message) => message.type === 'renewed');
  expect(renewed?.expiresIn).toBeGreaterThan(0);
  expect(renewed?.expiresIn).toBeLessThanOrEqual(300_000);
  await service.api.triggerEvent({ eventType: 'Test', to: [client.webhookId] });
  await client.got(1);
});

test('a token that does not hold, or is another account’s, ends the link with 4401', async () => {
  const bad = await bareClient(service, 'bad');
  bad.send({ type: 'renew', accessToken: 'nonsense' });
  expect(await bad.closed).toEqual({ code: 4401, reason: 'The new login does not hold.' });

  const foreign = await bareClient(service, 'foreign');
  foreign.send({ type: 'renew', accessToken: await service.stranger.api.accessToken() });
  expect(await foreign.closed).toEqual({ code: 4401, reason: 'The new login is of another account.' });
});

test('credentials that are replaced at once end the links of their account with 4401, and no others', async () => {
  const own = await bareClient(service, 'own');
  const theirs = await bareClient(service.stranger, 'theirs');
  const operator = new OperatorClient({ apiUrl: service.url, key: KEY, userAgent: 'test' });
  await operator.rotateCredentials(service.stranger.account.code, { now: true });
  expect(await theirs.closed).toEqual({ code: 4401, reason: 'Its credentials were replaced.' });
  await service.api.triggerEvent({ eventType: 'Test', to: [own.webhookId] });
  await own.got(1);
});
