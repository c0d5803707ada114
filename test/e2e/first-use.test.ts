import { describe, expect, onTestFinished, test, type TestContext } from 'vitest';
import type { TriggeredEvent, WebhookList } from '../../src/api/contract.js';
import { LOCAL_PORT, LOCAL_URL } from '../../src/cli/context.js';
import { BIN } from '../helpers/cli.js';
import { Home } from '../helpers/home.js';
import { isFree, startReceivingApp } from '../helpers/receiving-app.js';
import { hasTerminal, openTerminal } from '../helpers/terminal.js';

/** These commands are about the usual ports, so they need them. */
async function needs({ skip }: TestContext, ...ports: number[]): Promise<void> {
  for (const port of ports) {
    if (!(await isFree(port))) skip(`port ${port} cannot be used on this machine`);
  }
}

describe('on a machine that never saw calreply', () => {
  test('webhooks add URL and events trigger subscribe start the service for as long as they need it', async (context) => {
    await needs(context, LOCAL_PORT);
    const home = new Home(onTestFinished);
    const app = await startReceivingApp(onTestFinished);

    const added = await home.run(['webhooks', 'add', app.url]);

    expect(added).toMatchObject({ exitCode: 0, stderr: `Starting the local service … ${LOCAL_URL}\n` });
    expect(added.stdout).toMatch(/^✓ Webhook whk_\w+ is registered\.$/m);
    expect(added.stdout).toMatch(/^secret +whsec_/m);
    const { webhooks } = await home.json<WebhookList>(['webhooks', 'list']);
    expect(webhooks).toMatchObject([{ url: app.url, eventTypes: [], enabled: true }]);

    const triggered = await home.run(['events', 'trigger', 'subscribe']);

    expect(triggered.exitCode).toBe(0);
    expect(triggered.stdout).toContain(`← ${app.url}  200`);
    expect(app.received).toMatchObject([{ headers: { 'calreply-event-type': 'Subscribe' } }]);
  });

  test('notifications retry and events resend start it too, and end when it has tried', async (context) => {
    await needs(context, LOCAL_PORT);
    const home = new Home(onTestFinished);
    const app = await startReceivingApp(onTestFinished);
    await home.json(['webhooks', 'add', app.url]);
    const { event, notifications } = await home.json<TriggeredEvent>(['events', 'trigger', 'subscribe', '--local']);
    const id = notifications[0]?.id ?? '';

    const retried = await home.run(['notifications', 'retry', id, '--local']);
    const attempts = app.received.map(({ headers }) => headers['calreply-attempt']);
    const resent = await home.run(['events', 'resend', event.eventId, '--local']);

    expect(attempts).toEqual(['1', '2']);
    expect(retried).toMatchObject({ exitCode: 0, stderr: `Starting the local service … ${LOCAL_URL}\n` });
    expect(resent).toMatchObject({ exitCode: 0, stderr: `Starting the local service … ${LOCAL_URL}\n` });
    expect(resent.stdout).toContain(`← ${app.url}  200`);
    expect(app.received.map(({ headers }) => headers['webhook-id'])).toEqual(Array(3).fill(event.eventId));
    expect(app.received[2]?.headers['calreply-notification-id']).not.toBe(id);
  });

  test('several commands at the same moment share one service, or take turns with it', async (context) => {
    await needs(context, LOCAL_PORT);
    const home = new Home(onTestFinished);

    const all = await Promise.all(
      ['1', '2', '3'].map((path) => home.run(['webhooks', 'add', `http://localhost/${path}`])),
    );

    expect(all.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
      Array(3).fill({ exitCode: 0, stderr: expect.stringMatching(/^(Starting the local service … \S+\n)?$/) }),
    );
    const { webhooks } = await home.json<WebhookList>(['webhooks', 'list']);
    expect(webhooks.map(({ url }) => url).sort()).toEqual(['1', '2', '3'].map((path) => `http://localhost/${path}`));
  });

  test('listen --forward-to localhost starts the service and says that nothing listens at port 80 yet', async (context) => {
    await needs(context, LOCAL_PORT, 80);
    const listen = new Home(onTestFinished).start(['listen', '--forward-to', 'localhost']);

    await listen.line(/^Ready\. Account your-account \(profile local\)\. Listener “.+” takes every type\.$/, 'stderr');
    await listen.line(
      /^Forwarding to http:\/\/localhost\/ · public inbox http:.*\/in\/lst_\w+ · \^C to quit$/,
      'stderr',
    );
    await listen.line(/^Nothing listens at localhost:80 yet; notifications wait until something does\./, 'stderr');
    expect(listen.stderr()).toContain(`Starting the local service … ${LOCAL_URL}\n`);
    expect((await listen.stop('SIGINT')).exitCode).toBe(130);
  });

  test('what the service that listen starts has to say waits until its screen is gone', async (context) => {
    await needs(context, LOCAL_PORT);
    if (!hasTerminal) context.skip('no `script` of util-linux on this machine');
    const home = new Home(onTestFinished);
    const terminal = openTerminal(`stty cols 100 rows 30; "${process.execPath}" "${BIN}" listen -f 9`, {
      cwd: home.work,
      env: { PATH: process.env.PATH, HOME: home.home, TERM: 'xterm-256color' },
    });
    onTestFinished(() => terminal.kill());
    await terminal.until('● connected');

    const wrong = { grant_type: 'client_credentials', client_id: 'nobody', client_secret: 'guessed' };
    for (let status = 0; status !== 429;) {
      ({ status } = await fetch(`${LOCAL_URL}/oauth2/token`, { method: 'POST', body: new URLSearchParams(wrong) }));
    }

    terminal.type('q');
    await terminal.ended;
    const [onScreen, afterScreen] = terminal.screen().split('\u001b[?1049l');
    expect(onScreen).not.toContain('too many logins failed');
    expect(afterScreen).toMatch(/^\{"level":"warn",.*too many logins failed.*\}\r\n/);
  });

  test('listen --forward-to localhost brings a triggered event to port 80', async (context) => {
    await needs(context, LOCAL_PORT, 80);
    const home = new Home(onTestFinished);
    const app = await startReceivingApp(onTestFinished, { port: 80 });
    const listen = home.start(['listen', '--forward-to', 'localhost']);
    await listen.line(/^Ready\./, 'stderr');

    await home.json(['events', 'trigger', 'subscribe']);

    await listen.line(/← 200 .* POST http:\/\/localhost\/ /);
    expect(app.received).toMatchObject([{ method: 'POST', url: '/', headers: { 'calreply-event-type': 'Subscribe' } }]);
  });
});
