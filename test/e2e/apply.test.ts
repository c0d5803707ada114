import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CreatedWebhook, WebhookList } from '../../src/api/contract.js';
import type { ApplyJson } from '../../src/cli/output/webhook-plan.js';
import { failure } from '../helpers/failure.js';
import { Home } from '../helpers/home.js';

const home = new Home(afterAll);
let old: CreatedWebhook;

const FILE = `
webhooks:
  - url: https://example.com/crm
    events: [subscribe, unsubscribe]
    headers: { Authorization: "Bearer \${CRM_TOKEN}" }
`;
const env = { CRM_TOKEN: 's3cret' };

beforeAll(async () => {
  await home.serve();
  old = await home.json<CreatedWebhook>(['webhooks', 'add', 'https://example.com/old']);
  writeFileSync(join(home.work, 'webhooks.yaml'), FILE);
});

const webhooks = async () => (await home.json<WebhookList>(['webhooks', 'list'])).webhooks;

test('webhooks apply brings them in line with a file; a check says whether they are', async () => {
  const before = await webhooks();
  const dryRun = await home.run(['webhooks', 'apply', 'webhooks.yaml', '--dry-run'], { env });
  expect(dryRun).toMatchObject({ exitCode: 0, stderr: '' });
  const rows = dryRun.stdout.trimEnd().split('\n');
  expect(rows.map((row) => row.split('\t'))).toEqual([
    ['ACTION', 'URL', 'ID', 'FIELD', 'FROM', 'TO'],
    ['create', 'https://example.com/crm', '', 'events', '', 'Subscribe, Unsubscribe'],
    ['create', 'https://example.com/crm', '', 'headers.Authorization', '', 'Bearer ${CRM_TOKEN}'],
    ['create', 'https://example.com/crm', '', 'enabled', '', 'on'],
    ['disable', 'https://example.com/old', old.id, 'enabled', 'on', 'off'],
  ]);

  const fromInput = await home.run(['webhooks', 'apply', '-', '--check'], { env, input: FILE });
  expect(fromInput.stderr).toBe(
    '✗ The webhooks are not what standard input says: 2 changes to make.\n  The same without --check brings them in line.\n',
  );
  const drift = await home.run(['webhooks', 'apply', '-', '--check', '--json'], { env, input: FILE });
  expect(drift.exitCode).toBe(8);
  const { steps } = JSON.parse(drift.stdout) as ApplyJson;
  expect(steps).toMatchObject([{ action: 'create', done: false, secret: null }, { action: 'disable' }]);
  const forPerson = await home.run(['webhooks', 'apply', 'webhooks.yaml', '--check'], { env });
  expect(forPerson).toMatchObject({
    exitCode: 8,
    stderr:
      '✗ The webhooks are not what webhooks.yaml says: 2 changes to make.\n  Bring them in line with: calreply webhooks apply webhooks.yaml\n',
  });
  expect(await webhooks()).toEqual(before);

  expect(await failure(home, ['webhooks', 'apply', 'webhooks.yaml'], { env })).toMatchObject({
    exitCode: 2,
    reason: 'https://example.com/old is on and not in webhooks.yaml, and nobody can be asked whether to turn it off.',
    hint: 'Nothing was changed. When that is right: calreply webhooks apply webhooks.yaml --yes',
  });
  expect(await webhooks()).toEqual(before);

  const applied = await home.run(['webhooks', 'apply', 'webhooks.yaml', '--yes'], { env });
  expect(applied.exitCode).toBe(0);
  expect(applied.stderr).toBe('The secrets are shown this once.\n');
  const done = applied.stdout.trimEnd().split('\n');
  const id = expect.stringMatching(/^whk_/);
  expect(done.map((row) => row.split('\t'))).toEqual([
    ['ACTION', 'URL', 'ID', 'FIELD', 'FROM', 'TO'],
    ['created', 'https://example.com/crm', id, 'events', '', 'Subscribe, Unsubscribe'],
    ['created', 'https://example.com/crm', id, 'headers.Authorization', '', 'Bearer ${CRM_TOKEN}'],
    ['created', 'https://example.com/crm', id, 'enabled', '', 'on'],
    ['created', 'https://example.com/crm', id, 'secret', '', expect.stringMatching(/^whsec_/)],
    ['disabled', 'https://example.com/old', old.id, 'enabled', 'on', 'off'],
  ]);
  expect(applied.stdout + applied.stderr + dryRun.stdout + drift.stdout).not.toContain('s3cret');
  expect(await webhooks()).toMatchObject([
    { id: old.id, enabled: false },
    { url: 'https://example.com/crm', headers: { Authorization: 'Bearer s3cret' }, enabled: true },
  ]);

  expect((await home.run(['webhooks', 'apply', 'webhooks.yaml', '--check'], { env })).exitCode).toBe(0);
});

test('what fails on the way says what was done before it, and secrets are told all the same', async () => {
  const input = JSON.stringify({
    webhooks: [
      ...(await webhooks()).filter(({ enabled }) => enabled).map(({ url }) => ({ url })),
      { url: 'https://example.com/first' },
      { url: `https://example.com/${'x'.repeat(2100)}` },
    ],
  });
  const { exitCode, stdout } = await home.run(['webhooks', 'apply', '-', '--yes', '--json'], { input });
  expect(exitCode).toBe(2);
  const { steps, error } = JSON.parse(stdout) as ApplyJson;
  expect(steps.map(({ action, done }) => [action, done])).toEqual([
    ['create', true],
    ['create', false],
    ['change', false],
  ]);
  expect(steps[0]?.secret).toMatch(/^whsec_/);
  expect(error?.reason).toContain('Done before it: created https://example.com/first. Not tried any more: 1.');
});

test('a file that is not right changes nothing', async () => {
  const before = await webhooks();
  const { exitCode, stderr } = await home.run(['webhooks', 'apply', 'webhooks.yaml']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('webhooks[0].headers.Authorization: the environment has no CRM_TOKEN.');
  expect(await webhooks()).toEqual(before);
});
