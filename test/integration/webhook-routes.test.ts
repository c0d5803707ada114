import { beforeAll, describe, expect, test } from 'vitest';
import type { CreatedWebhook, WebhookResource } from '../../src/api/contract.js';
import { attempted } from '../helpers/history.js';
import { closedPort } from '../helpers/receiving-app.js';
import { startTestService, type TestService } from '../helpers/service.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

const URL_A = 'https://example.com/hooks';

const failure = (status: number, code: string) => ({
  status,
  json: { Code: code, Reason: expect.stringMatching(/\.$/) },
});

describe('POST /v1/webhooks', () => {
  test('registers a webhook, with its secret shown this once', async () => {
    const answer = await service.call('POST', '/v1/webhooks', { json: { url: URL_A } });
    const { id, secret } = answer.json as CreatedWebhook;
    expect(answer).toMatchObject({
      status: 201,
      headers: { location: `/v1/webhooks/${id}`, 'content-type': 'application/json; charset=utf-8' },
    });
    const resource = {
      id: expect.stringMatching(/^whk_[\da-z]{26}$/),
      url: URL_A,
      eventTypes: [],
      headers: {},
      enabled: true,
      disabledReason: null,
      listenerId: null,
      createdAt: expect.stringMatching(/Z$/),
      oldSecretUntil: null,
    };
    expect(answer.json).toEqual({ ...resource, secret: expect.stringMatching(/^whsec_[\w+/]{43}=$/) });

    const read = await service.call('GET', `/v1/webhooks/${id}`);
    expect(read.json).toEqual(resource);
    expect(read.text + (await service.call('GET', '/v1/webhooks')).text).not.toContain(secret);
  });

  test('keeps types, headers and the switch', async () => {
    const given = { url: URL_A, eventTypes: ['Subscribe', 'Test'], headers: { 'X-Team': 'crm' }, enabled: false };
    expect(await service.call('POST', '/v1/webhooks', { json: given })).toMatchObject({ status: 201, json: given });
  });

  test.each([
    [{}, 'InvalidRequest'],
    [{ url: 5 }, 'InvalidRequest'],
    [{ url: '' }, 'InvalidRequest'],
    [{ url: URL_A, enabled: 'yes' }, 'InvalidRequest'],
    [{ url: URL_A, eventTypes: 'Subscribe' }, 'InvalidRequest'],
    [{ url: URL_A, eventTypes: ['Nonsense'] }, 'InvalidRequest'],
    [{ url: URL_A, headers: [] }, 'InvalidRequest'],
    [{ url: URL_A, headers: { 'X-A': 5 } }, 'InvalidRequest'],
    [{ url: URL_A, headers: { 'X A': 'b' } }, 'InvalidRequest'],
    [{ url: URL_A, headers: { 'X-A': 'a', 'x-a': 'b' } }, 'InvalidRequest'],
    [{ url: URL_A, headers: { '': 'b' } }, 'InvalidRequest'],
    [{ url: URL_A, headers: { 'X-A': 'b\r\nX-B: c' } }, 'InvalidRequest'],
    [{ url: URL_A, headers: { 'X-A': 'b\0' } }, 'InvalidRequest'],
    [{ url: URL_A, headers: { 'X-A': 'ü' } }, 'InvalidRequest'],
    [{ url: URL_A, headers: { Host: 'evil.example.com' } }, 'InvalidRequest'],
    [{ url: URL_A, headers: { 'Content-Length': '1' } }, 'InvalidRequest'],
    [{ url: URL_A, headers: { 'Webhook-Signature': 'v1,x' } }, 'InvalidRequest'],
    [{ url: URL_A, headers: { 'CalReply-Test': 'true' } }, 'InvalidRequest'],
    [{ url: 'example.com/hooks' }, 'InvalidUrl'],
    [{ url: 'ftp://example.com' }, 'InvalidUrl'],
    [{ url: 'javascript:alert(1)' }, 'InvalidUrl'],
    [{ url: 'https://' }, 'InvalidUrl'],
    [{ url: 'https://user:secret@example.com' }, 'InvalidUrl'],
    [{ url: `https://example.com/${'a'.repeat(2048)}` }, 'InvalidRequest'],
  ])('refuses %j', async (json, code) => {
    expect(await service.call('POST', '/v1/webhooks', { json })).toMatchObject(failure(400, code));
  });

  test('names the field that is wrong', async () => {
    const { json } = await service.call('POST', '/v1/webhooks', { json: { url: URL_A, enabled: 'yes' } });
    expect(json).toEqual({ Code: 'InvalidRequest', Reason: 'The body/enabled must be boolean.' });
    const reason = async (url: string) => (await service.call('POST', '/v1/webhooks', { json: { url } })).json;
    expect(await reason('')).toEqual({ Code: 'InvalidRequest', Reason: '“url” is empty.' });
    expect(await reason('a'.repeat(2049))).toMatchObject({ Reason: '“url” is longer than 2048 characters.' });
  });
});

describe('PATCH /v1/webhooks/{id}', () => {
  test('changes what is in the body and nothing else', async () => {
    const created = await service.api.createWebhook({ url: URL_A, headers: { 'X-Team': 'crm' } });
    const path = `/v1/webhooks/${created.id}`;
    const { secret: _, ...before } = created;

    expect(await service.call('PATCH', path, { json: {} })).toMatchObject({ status: 200, json: before });
    for (const change of [
      { enabled: false },
      { url: 'https://example.com/other' },
      { eventTypes: ['Unsubscribe'] },
      { eventTypes: [] },
      { headers: {} },
    ]) {
      const known = await service.api.webhook(created.id);
      expect(await service.call('PATCH', path, { json: change })).toMatchObject({ status: 200 });
      expect(await service.api.webhook(created.id)).toEqual({ ...known, ...change });
    }
  });

  test.each([
    [{ url: 'nonsense' }, 'InvalidUrl'],
    [{ enabled: null }, 'InvalidRequest'],
    [{ eventTypes: ['subscribe'] }, 'InvalidRequest'],
    [{ headers: { Connection: 'close' } }, 'InvalidRequest'],
  ])('refuses %j and changes nothing', async (json, code) => {
    const { id } = await service.api.createWebhook({ url: URL_A });
    const before = await service.api.webhook(id);
    expect(await service.call('PATCH', `/v1/webhooks/${id}`, { json })).toMatchObject(failure(400, code));
    expect(await service.api.webhook(id)).toEqual(before);
  });
});

describe('DELETE /v1/webhooks/{id}', () => {
  test('takes a webhook off for good', async () => {
    const { id } = await service.api.createWebhook({ url: URL_A });
    expect(await service.call('DELETE', `/v1/webhooks/${id}`)).toMatchObject({ status: 204, text: '' });
    for (const method of ['GET', 'DELETE']) {
      expect(await service.call(method, `/v1/webhooks/${id}`)).toMatchObject(failure(404, 'NotFound'));
    }

    expect((await service.api.webhooks()).webhooks.map((webhook) => webhook.id)).not.toContain(id);
  });

  test('gives up what was still on its way, and keeps its history', async () => {
    const { id } = await service.api.createWebhook({ url: `http://127.0.0.1:${await closedPort()}` });
    const { event } = await service.api.triggerEvent({ eventType: 'Test', to: [id] });
    const notification = await attempted(service.api, { event: event.eventId, webhook: id });
    expect(notification).toMatchObject({ status: 'pending', lastError: 'connection_refused' });
    await service.api.removeWebhook(id);
    expect(await service.api.notification(notification.id)).toMatchObject({
      status: 'failed',
      lastError: 'webhook_removed',
      nextAttemptAt: null,
      webhookId: id,
      attempts: notification.attempts,
    });
  });
});

test('a webhook of another account is not there', async () => {
  const theirs = await service.stranger.api.createWebhook({ url: URL_A });
  const path = `/v1/webhooks/${theirs.id}`;
  expect(await service.call('GET', path)).toMatchObject(failure(404, 'NotFound'));
  expect(await service.call('PATCH', path, { json: { enabled: false } })).toMatchObject(failure(404, 'NotFound'));
  expect(await service.call('DELETE', path)).toMatchObject(failure(404, 'NotFound'));
  const trigger = { json: { eventType: 'Test', to: [theirs.id] } };
  expect(await service.call('POST', '/v1/events', trigger)).toMatchObject(failure(404, 'NotFound'));

  const { webhooks } = (await service.call('GET', '/v1/webhooks')).json as { webhooks: WebhookResource[] };
  expect(webhooks.map(({ id }) => id)).not.toContain(theirs.id);
  expect(await service.stranger.api.webhook(theirs.id)).toMatchObject({ enabled: true });
});

test('no event of one account is told to a webhook of another', async () => {
  await service.stranger.api.createWebhook({ url: URL_A });
  const before = await service.stranger.api.notifications({});
  await service.api.triggerEvent({ eventType: 'Test' });
  expect(await service.stranger.api.notifications({})).toEqual(before);
});
