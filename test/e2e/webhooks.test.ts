import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CreatedWebhook, NotificationPage, WebhookList, WebhookResource } from '../../src/api/contract.js';
import { eventually } from '../helpers/eventually.js';
import { Home } from '../helpers/home.js';
import { startReceivingApp } from '../helpers/receiving-app.js';

const home = new Home(afterAll);

beforeAll(async () => {
  await home.serve();
});

const add = (url: string, ...args: string[]) => home.json<CreatedWebhook>(['webhooks', 'add', url, ...args]);
const webhook = (id: string) => home.json<WebhookResource>(['webhooks', 'show', id]);

test('an empty list says what to do', async () => {
  expect((await home.run(['webhooks', 'list'])).stdout).toBe(
    'There are no webhooks yet. Add one with: calreply webhooks add https://example.com/hooks\n',
  );
});

test('an event that no webhook wants says what to do', async () => {
  const { exitCode, stdout } = await home.run(['events', 'trigger', 'subscribe']);

  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^✓ Subscribe [\w-]{36}\n {2}No webhook or listener wants it\. Add one with: /);
});

test('a webhook has the types and headers it was added with, and its secret is shown this once', async () => {
  const added = await add('https://example.com/hooks', '--events', 'subscribe,unsubscribe', '--header', 'X-Team: crm');

  expect(added).toMatchObject({ eventTypes: ['Subscribe', 'Unsubscribe'], headers: { 'X-Team': 'crm' } });
  expect(added.secret).toMatch(/^whsec_/);
  const { secret, ...shown } = added;
  expect(await webhook(added.id)).toEqual(shown);
  expect((await home.run(['webhooks', 'show', added.id])).stdout).not.toContain(secret);
  expect((await home.json<WebhookList>(['webhooks', 'list'])).webhooks).toContainEqual(shown);
});

test('update changes what is named and leaves the rest', async () => {
  const { id } = await add('https://example.com/old', '--events', 'subscribe', '--header', 'X-Team: crm');

  await home.json(['webhooks', 'update', id, '--url', 'https://example.com/new']);
  expect(await webhook(id)).toMatchObject({
    url: 'https://example.com/new',
    eventTypes: ['Subscribe'],
    headers: { 'X-Team': 'crm' },
  });

  await home.json(['webhooks', 'update', id, '--all-events', '--header', 'X-Other: 1']);
  expect(await webhook(id)).toMatchObject({ eventTypes: [], headers: { 'X-Other': '1' } });
});

test('a webhook that is off is sent nothing until it is on again', async () => {
  const app = await startReceivingApp(afterAll);
  const { id } = await add(app.url, '--header', 'X-Team: crm');

  expect((await home.run(['webhooks', 'disable', id])).stdout).toBe(`Webhook ${id} is off.\n`);
  await home.json(['events', 'trigger', 'test']);
  expect((await home.run(['webhooks', 'enable', id])).stdout).toBe(`Webhook ${id} is on.\n`);
  await home.json(['events', 'trigger', 'subscribe']);

  const [request] = await app.arrived(1);
  expect(request?.headers).toMatchObject({ 'calreply-event-type': 'Subscribe', 'x-team': 'crm' });
  await eventually('delivered', async () => {
    const { notifications } = await home.json<NotificationPage>(['notifications', 'list', '--webhook', id]);
    return notifications.length === 1 && notifications[0]?.status === 'delivered';
  });
});

test('remove takes it off, and its id is not known any more', async () => {
  const { id } = await add('https://example.com/gone');

  expect(await home.json(['webhooks', 'remove', id, '--yes'])).toEqual({ removed: id });

  expect((await home.run(['webhooks', 'show', id])).exitCode).toBe(4);
});
