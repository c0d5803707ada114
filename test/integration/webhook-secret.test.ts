import { Webhook } from 'standardwebhooks';
import { beforeAll, expect, test } from 'vitest';
import type { RotatedSecret } from '../../src/api/contract.js';
import { eventually } from '../helpers/eventually.js';
import { startListener } from '../helpers/listener.js';
import { startReceiver, type ReceivedRequest } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

const HOUR = 60 * 60_000;

/** Which of `secrets` verify a request, by the public package. */
function verifying({ body, headers }: ReceivedRequest, secrets: readonly string[]): readonly string[] {
  return secrets.filter((secret) => {
    try {
      new Webhook(secret).verify(body, headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  });
}

/** Triggers a test event to one webhook, and gives the request that came of it. */
async function sentTo(id: string, requests: readonly ReceivedRequest[]): Promise<ReceivedRequest> {
  const { event } = await service.api.triggerEvent({ eventType: 'Test', to: [id] });
  return eventually('the event', () => requests.find(({ headers }) => headers['webhook-id'] === event.eventId));
}

test('after a rotation the new secret and the old one verify for a day; a second one keeps the newest two', async () => {
  const { url, requests } = await startReceiver();
  const { id, secret: first, oldSecretUntil: none, ...webhook } = await service.api.createWebhook({ url });

  const before = Date.now();
  const { secret: second, oldSecretUntil, ...resource } = await service.api.rotateSecret(id, {});
  expect(resource).toEqual({ id, ...webhook });
  expect(none).toBeNull();
  expect((await service.api.webhook(id)).oldSecretUntil).toBe(oldSecretUntil);
  expect(second).toMatch(/^whsec_[\w+/]{43}=$/);
  const until = Date.parse(oldSecretUntil ?? '');
  expect(until).toBeGreaterThanOrEqual(before + 24 * HOUR);
  expect(until).toBeLessThanOrEqual(Date.now() + 24 * HOUR);
  expect(verifying(await sentTo(id, requests), [first, second])).toEqual([first, second]);

  const { secret: third } = await service.api.rotateSecret(id, {});
  expect(verifying(await sentTo(id, requests), [first, second, third])).toEqual([second, third]);
});

test('a rotation for now drops the old secrets at once', async () => {
  const { url, requests } = await startReceiver();
  const { id, secret: first } = await service.api.createWebhook({ url });
  const { secret: second } = await service.api.rotateSecret(id, {});
  const { secret: third, oldSecretUntil } = await service.api.rotateSecret(id, { now: true });
  expect(oldSecretUntil).toBeNull();
  expect(verifying(await sentTo(id, requests), [first, second, third])).toEqual([third]);
});

test('what goes through a tunnel is signed by both secrets of the listener’s webhook as well', async () => {
  const { url, requests } = await startReceiver();
  const { opened } = await startListener(service, { target: url });
  const { secret } = await service.api.rotateSecret(opened.webhookId, {});
  const request = await sentTo(opened.webhookId, requests);
  expect(verifying(request, [opened.secret, secret])).toEqual([opened.secret, secret]);
  expect(await service.api.openListener({ name: 'laptop' })).toMatchObject({ secret });
});

test('a rotation needs no body, and takes no other than a true or false “now”', async () => {
  const { id } = await service.api.createWebhook({ url: 'https://example.com' });
  const path = `/v1/webhooks/${id}/rotate-secret`;
  const answer = await service.call('POST', path);
  expect(answer.status).toBe(200);
  const { secret } = answer.json as RotatedSecret;

  for (const json of [{ now: 'yes' }, { later: true }, []]) {
    expect(await service.call('POST', path, { json })).toMatchObject({ status: 400, json: { Code: 'InvalidRequest' } });
  }
  const { text } = await service.call('GET', `/v1/webhooks/${id}`);
  expect(text).not.toContain(secret);
});

test('the secret of another account’s webhook cannot be rotated', async () => {
  const { id } = await service.stranger.api.createWebhook({ url: 'https://example.com' });
  await expect(service.api.rotateSecret(id, {})).rejects.toMatchObject({ code: 'NotFound' });
});
