import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ListenJson } from '../../src/cli/output/listen-json.js';
import { jsonLines } from '../helpers/cli.js';
import { Home } from '../helpers/home.js';
import { closedPort, startReceivingApp, verified } from '../helpers/receiving-app.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const home = new Home(afterAll);

beforeAll(async () => {
  await home.serve();
});

const triggerFor = (webhookId: string, type: string) =>
  home.json(['events', 'trigger', type, '--to', webhookId, '--wait']);

test('routes, rehearsals and the report, as JSON lines, with the secret in a file only', async () => {
  const env = join(temporaryFolder(), '.env');
  const secret = () => /^CALREPLY_WEBHOOK_SECRET=(.+)$/m.exec(readFileSync(env, 'utf8'))?.[1] ?? '';
  const app = await startReceivingApp(onTestFinished, {
    answer: (request) => {
      try {
        verified(secret(), request);
        return 204;
      } catch {
        return 401;
      }
    },
  });
  const listen = home.start([
    ...['listen', '--name', 'routes', '--json'],
    ...['--forward-to', `subscribe=${app.port}/new`, '--forward-to', `test,inbox=${app.port}/rest`],
    ...['--bad-signature', '--write-env', env],
  ]);
  const ready = await listen.jsonLine<Extract<ListenJson, { type: 'ready' }>>('ready');
  expect(ready).toMatchObject({
    secret: null,
    eventTypes: ['Subscribe', 'Test'],
    forwardTo: `http://localhost:${app.port}/new`,
    routes: [
      { eventTypes: ['Subscribe'], to: `http://localhost:${app.port}/new`, mirror: false },
      { eventTypes: ['Test', 'Inbox'], to: `http://localhost:${app.port}/rest`, mirror: false },
    ],
  });
  await triggerFor(ready.listener.webhookId, 'subscribe');
  await triggerFor(ready.listener.webhookId, 'test');

  const { stdout } = await listen.stop('SIGINT');
  expect(app.received.map(({ url }) => url)).toEqual(['/new', '/new', '/rest', '/rest']);
  expect(stdout).not.toContain(secret());
  const lines = jsonLines<ListenJson>(stdout);
  expect(lines.slice(2, 5)).toMatchObject([
    { type: 'event', eventType: 'Subscribe', signature: 'valid' },
    { type: 'rehearsed', rehearsal: 'bad-signature', passed: true, status: 401 },
    { type: 'forwarded', status: 204, url: `http://localhost:${app.port}/new` },
  ]);
  expect(lines.at(-2)).toMatchObject({
    type: 'report',
    deliveries: 2,
    answered: 2,
    rehearsals: { 'bad-signature': { passed: 2, failed: 0 } },
  });
});

test('routes come from calreply.json, which is told, and a failure is explained once', async () => {
  const app = await startReceivingApp(onTestFinished, { answer: () => 401 });
  const config = join(temporaryFolder(), 'calreply.json');
  const routes = [{ to: `localhost:${app.port}/hooks`, headers: { 'X-Team': 'crm' } }];
  writeFileSync(config, JSON.stringify({ listen: { name: 'from-file', events: ['test'], routes } }));
  const listen = home.start(['listen', '--config', config]);
  await listen.line(/^Ready\. .*“from-file” takes Test\.$/, 'stderr');
  expect(listen.stderr()).toContain(`Routes from ${config}.\n`);

  for (let i = 0; i < 2; i += 1) await home.run(['events', 'trigger', 'test']);
  await app.arrived(2);
  await listen.line(/← 401 /);
  await listen.line(/The app refuses it\. When it verifies signatures: over the raw body/);
  expect(app.received[0]?.headers['x-team']).toBe('crm');

  const { stdout, stderr } = await listen.stop('SIGINT');
  expect(stdout.match(/The app refuses it/g)).toHaveLength(1);
  expect(stderr).toContain('\n2 deliveries: 0 answered 2xx, 2 failed.\n');
});

test('that nothing listens yet is said once for each host, whatever goes there', async () => {
  const [one, two] = [await closedPort(), await closedPort()];
  const targets = [`test=${one}/a`, `${one}/b`, `subscribe=${two}`];
  const listen = home.start(['listen', '--name', 'nobody', ...targets.flatMap((to) => ['--forward-to', to])]);
  const said = () => listen.stderr().match(/Nothing listens at \S+/g) ?? [];
  await listen.line(new RegExp(`Nothing listens at localhost:${one} `), 'stderr');
  await listen.line(new RegExp(`Nothing listens at localhost:${two} `), 'stderr');

  await listen.stop('SIGINT');
  expect(said()).toHaveLength(2);
});
