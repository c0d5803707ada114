import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CreatedWebhook, NotificationPage, WebhookList, WebhookResource } from '../../src/api/contract.js';
import type { RotatedJson } from '../../src/cli/output/webhooks.js';
import { eventually } from '../helpers/eventually.js';
import { failure } from '../helpers/failure.js';
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

test('a secret that is put into a file is printed nowhere', async () => {
  const file = join(home.work, '.env');
  writeFileSync(file, 'PORT=3000\nexport CALREPLY_WEBHOOK_SECRET=""');
  const secretIn = () =>
    /^PORT=3000\nexport CALREPLY_WEBHOOK_SECRET="(whsec_.*)"$/.exec(readFileSync(file, 'utf8'))?.[1];

  const added = await home.run(['webhooks', 'add', 'https://example.com/hooks', '--write-env', '.env']);
  const first = secretIn();
  expect(first).toBeDefined();
  expect(added).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('in .env, as CALREPLY_WEBHOOK_SECRET') });
  expect(added.stdout + added.stderr).not.toContain('whsec_');

  const id = /whk_\w+/.exec(added.stdout)?.[0] ?? '';
  const rotated = await home.json<RotatedJson>(['webhooks', 'rotate-secret', id, '--write-env', '.env']);
  expect(rotated).toMatchObject({ id, secret: null, oldSecretUntil: expect.any(String) });
  expect(secretIn()).not.toBe(first);
});

test('a webhook is not added when its secret can go nowhere', async () => {
  const before = await home.json<WebhookList>(['webhooks', 'list']);
  const failed = await failure(home, ['webhooks', 'add', 'https://example.com/lost', '--write-env', 'nowhere/.env']);
  expect(failed).toMatchObject({
    exitCode: 2,
    reason: expect.stringMatching(/^The secret cannot be written to nowhere/),
  });
  expect(await home.json(['webhooks', 'list'])).toEqual(before);
});

test('a test tells what happened, and ends with 6 when it was not delivered', async () => {
  const app = await startReceivingApp(afterAll, { answer: ({ url }) => (url === '/hooks' ? 204 : 401) });
  const { id } = await add(app.url);
  expect(await home.json(['webhooks', 'test', id])).toMatchObject({ webhookId: id, status: 204 });

  await home.json(['webhooks', 'update', id, '--url', `http://127.0.0.1:${app.port}/closed`]);
  const [forPerson, forProgram] = await Promise.all([
    home.run(['webhooks', 'test', id]),
    home.run(['webhooks', 'test', id, '--json']),
  ]);
  expect(forPerson).toMatchObject({ exitCode: 6, stderr: '✗ Not delivered: 401 Unauthorized.\n' });
  expect(forPerson.stdout).toMatch(/^✗ .*401 Unauthorized\n(.*\n)*total +[\d.]+ ms\n/);
  expect(forProgram).toMatchObject({ exitCode: 6, stderr: '' });
  expect(JSON.parse(forProgram.stdout)).toMatchObject({ status: 401, timings: { totalMs: expect.any(Number) } });
});

test('update changes what is named and leaves the rest', async () => {
  const { id } = await add('https://example.com/old', '--events', 'subscribe', '--header', 'X-Team: crm');

  await home.json(['webhooks', 'update', id, '--url', 'https://example.com/new']);
  expect(await webhook(id)).toMatchObject({
    url: 'https://example.com/new',
    eventTypes: ['Subscribe'],
    headers: { 'X-Team': 'crm' },
  });

  await home.json(['webhooks', 'update', id, '--all-events', '--header', 'X-Other: 1', '--header', 'x-team: web']);
  const { eventTypes, headers } = await webhook(id);
  expect({ eventTypes, headers }).toEqual({ eventTypes: [], headers: { 'X-Other': '1', 'x-team': 'web' } });

  await home.json(['webhooks', 'update', id, '--remove-header', 'X-Team']);
  expect((await webhook(id)).headers).toEqual({ 'X-Other': '1' });
  expect(await failure(home, ['webhooks', 'update', id, '--remove-header', 'X-Team'])).toMatchObject({
    exitCode: 2,
    reason: 'The webhook has no header X-Team.',
    hint: 'It has: X-Other.',
  });
});

test('a webhook that is off is sent nothing until it is on again', async () => {
  const app = await startReceivingApp(afterAll);
  const { id } = await add(app.url, '--header', 'X-Team: crm');

  expect((await home.run(['webhooks', 'disable', id])).stdout).toBe(`✓ Webhook ${id} (${app.url}) is off.\n`);
  await home.json(['events', 'trigger', 'test']);
  expect((await home.run(['webhooks', 'enable', id])).stdout).toBe(`✓ Webhook ${id} (${app.url}) is on.\n`);
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
