import { expect, test } from 'vitest';
import type { RotatedCredentialsJson } from '../../src/cli/output/accounts.js';
import type { ListenJson } from '../../src/cli/output/listen-json.js';
import { ApiClient } from '../../src/api/client.js';
import { jsonLines } from '../helpers/cli.js';
import { listeningUnderLoad } from '../helpers/listening-under-load.js';
import { startTcpProxy } from '../helpers/tcp-proxy.js';
import { wholeFaults } from '../helpers/whole-faults.js';

type Line<Type extends ListenJson['type']> = Extract<ListenJson, { type: Type }>;

/** How often each side is killed, and how many events are accepted in between. */
const { kills, between } = wholeFaults ? { kills: 10, between: 200 } : { kills: 1, between: 40 };
/** Longer than the silence after which either side takes a link for dead, in milliseconds. */
const FROZEN_FOR = 15_000;

/** What a command says last when it fails. */
const failureOf = (stdout: string) => jsonLines<{ error?: unknown }>(stdout).at(-1)?.error;

test(
  `the app receives all in order, though service and listener are killed by turns under load, ${kills} times each`,
  async () => {
    // Answers that take their time leave much on its way for each kill to break.
    const run = await listeningUnderLoad({ answer: () => new Promise((done) => setTimeout(() => done(200), 20)) });
    for (let kill = 0; kill < kills; kill += 1) {
      await run.moreAccepted(between);
      await run.killService();
      await run.listener().jsonLine<Line<'connected'>>('connected', ({ again }) => again);
      await run.moreAccepted(between);
      await run.listener().stop('SIGKILL');
      await run.moreAccepted(between);
      await run.listen();
    }

    await run.allReceived();
    const back = await run.listener().jsonLine<Line<'connected'>>('connected');
    expect(back).toMatchObject({ again: false, missed: expect.any(Number), awayMs: expect.any(Number) });
    expect(back.missed).toBeGreaterThanOrEqual(between);
  },
  wholeFaults ? 600_000 : 60_000,
);

test(`a listener that is frozen for ${FROZEN_FOR / 1000} s under load receives all in order when it thaws, and nothing twice`, async (context) => {
  if (!wholeFaults) context.skip('nobody notices a freeze that is shorter than the silence limit');
  const run = await listeningUnderLoad();
  await run.moreAccepted(between);
  process.kill(run.listener().pid, 'SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, FROZEN_FOR));
  await run.moreAccepted(between);
  process.kill(run.listener().pid, 'SIGCONT');
  const back = await run.listener().jsonLine<Line<'connected'>>('connected', ({ again }) => again);
  expect(back.awayMs).toBeGreaterThanOrEqual(FROZEN_FOR - 5_000);
  expect(back.missed).toBeGreaterThan(0);

  const { times } = await run.allReceived();
  expect(Math.max(...times.values())).toBe(1);
}, 300_000);

test('of two listeners of one name the second is told who holds it, takes it over when told to, and nothing is lost', async () => {
  const run = await listeningUnderLoad();
  const first = run.listener();
  const args = ['listen', '--forward-to', run.app.url, '--name', 'laptop', '--json'];
  const refused = await run.home.start(args).ended;
  expect(refused.exitCode).toBe(7);
  expect(failureOf(refused.stdout)).toEqual({
    code: 'TunnelLost',
    reason: expect.stringContaining('“laptop” is held by calreply/'),
    hint: expect.stringContaining('--takeover'),
  });

  await run.moreAccepted(between);
  await run.listen('--takeover');
  const displaced = await first.ended;
  expect(displaced.exitCode).toBe(7);
  expect(failureOf(displaced.stdout)).toEqual({
    code: 'TunnelLost',
    reason: expect.stringMatching(/“laptop” .*calreply\//),
    hint: expect.stringContaining('Take it back with --takeover'),
  });

  await run.moreAccepted(between);
  await run.allReceived();
});

test('a listener whose login is revoked ends with 3, and what it missed waits for one with a login that holds', async () => {
  const run = await listeningUnderLoad();
  await run.moreAccepted(between);
  await run.allReceived();

  const rotated = await run.home.json<RotatedCredentialsJson>(['accounts', 'rotate-credentials', run.account, '--now']);
  const { exitCode, stdout } = await run.listener().ended;
  expect(exitCode).toBe(3);
  expect(failureOf(stdout)).toEqual({
    code: 'InvalidCredentials',
    reason: 'The login of this listener was revoked: its client id and secret hold no more.',
    hint: expect.stringContaining('calreply login'),
  });

  const { clientId, clientSecret } = rotated;
  if (clientSecret === null) throw new Error('The secret was to be printed.');
  const api = new ApiClient({ apiUrl: run.url, clientId, clientSecret, userAgent: 'test' });
  const { event } = await api.triggerEvent({ eventType: 'Test' });
  const env = { CALREPLY_API_URL: run.url, CALREPLY_CLIENT_ID: clientId, CALREPLY_CLIENT_SECRET: clientSecret };
  const listener = run.home.start(['listen', '--forward-to', run.app.url, '--name', 'laptop', '--json'], { env });
  expect(await listener.jsonLine<Line<'connected'>>('connected')).toMatchObject({ again: false, missed: 1 });
  await listener.jsonLine('forwarded');
  expect(run.app.received.at(-1)?.headers['webhook-id']).toBe(event.eventId);
});

test('a listener that reads slowly receives all in order, and its service goes on accepting', async (context) => {
  if (!wholeFaults) context.skip('what is slow takes its time');
  const run = await listeningUnderLoad();
  await run.listener().stop('SIGTERM');
  const network = await startTcpProxy(run.url);
  const env = { CALREPLY_CLIENT_ID: run.credentials.clientId, CALREPLY_CLIENT_SECRET: run.credentials.clientSecret };
  const apiUrl = network.through(run.url);
  const args = ['listen', '--forward-to', run.app.url, '--name', 'laptop', '--json', '--api-url', apiUrl];
  const listener = run.home.start(args, { env });
  await listener.jsonLine('ready');
  network.slowDown(100_000);
  await run.moreAccepted(1_000);
  await run.allReceived();
}, 300_000);
