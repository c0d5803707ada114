import { get } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { exchange } from '../helpers/exchange.js';
import { finished } from '../helpers/history.js';
import { startReceiver, statuses } from '../helpers/receiver.js';
import { CALENDAR, startTestService, VERSION } from '../helpers/service.js';
import type { StartOptions } from '../../src/server/start.js';
import { waitUntil } from '../helpers/wait-until.js';

async function startWith(options: Partial<StartOptions>) {
  const service = await startTestService(options);
  onTestFinished(() => service.end());
  const metrics = (headers: Record<string, string> = {}) => exchange(`${service.url}/metrics`, { headers });
  return { ...service, metrics };
}

test('the metrics count what was accepted, attempted, delivered and given up', async () => {
  const { api, metrics } = await startWith({ metrics: 'local' });
  const good = await startReceiver();
  const gone = await startReceiver({ answer: statuses(410) });
  await api.createWebhook({ url: good.url });
  await api.createWebhook({ url: gone.url, eventTypes: ['Test'] });
  const { event } = await api.triggerEvent({ eventType: 'Test' });
  await finished(api, { event: event.eventId }, 2);
  await api.subscribe('your-account', CALENDAR, { userName: 'ann' });
  await api.resendEvent(event.eventId);
  await waitUntil(
    'all is delivered',
    async () => (await metrics()).text.includes('\ncalreply_notifications_pending 0\n') && good.requests.length === 3,
  );

  const { headers, text } = await metrics();
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = new Set(text.split('\n'));
  for (const line of [
    `calreply_build_info{version="${VERSION}"} 1`,
    'calreply_events_accepted_total{source="trigger"} 1',
    'calreply_events_accepted_total{source="service"} 1',
    'calreply_events_accepted_total{source="inbox"} 0',
    'calreply_notifications_accepted_total 4',
    'calreply_notifications_delivered_total 3',
    'calreply_notifications_failed_total 1',
    'calreply_webhooks_disabled_total 1',
    'calreply_attempts_total{to="url",outcome="2xx"} 3',
    'calreply_attempts_total{to="url",outcome="4xx"} 1',
    'calreply_attempts_total{to="url",outcome="timeout"} 0',
    'calreply_attempt_duration_seconds_count{to="url"} 4',
    'calreply_first_attempt_delay_seconds_count 4',
    'calreply_accept_duration_seconds_count 3',
    'calreply_in_flight{to="url"} 0',
    'calreply_oldest_due_seconds 0',
    'calreply_delivery_lag_seconds 0',
    'calreply_http_request_duration_seconds_count{method="POST",route="/v1/events",status="2xx"} 1',
  ]) {
    expect(lines).toContain(line);
  }
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  // Labels have few values: neither an id nor a URL makes a series of its own.
  expect(text).not.toMatch(/whk_|ntf_|127\.0\.0\.1|your-account/);
});

test('the metrics count logins by how they ended', async () => {
  const { credentials, metrics, url } = await startWith({ metrics: 'local' });
  const { clientId, clientSecret } = credentials;
  const logIn = (client_secret: string) =>
    exchange(`${url}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret }).toString(),
    });
  const count = async (outcome: string) =>
    Number(new RegExp(`^calreply_logins_total{outcome="${outcome}"} (\\d+)$`, 'm').exec((await metrics()).text)?.[1]);

  const before = await count('accepted');
  expect(await logIn(clientSecret)).toMatchObject({ status: 200 });
  const tries = [];
  for (let time = 0; time < 12; time += 1) tries.push((await logIn('guess')).status);
  expect(tries).toEqual([...Array(10).fill(401), 429, 429]);
  expect([(await count('accepted')) - before, await count('refused'), await count('throttled')]).toEqual([1, 10, 2]);
});

test('the metrics are for programs on this machine, unless they are public', async () => {
  const { url, metrics } = await startWith({ metrics: 'local' });
  expect((await metrics()).status).toBe(200);
  const fromElsewhere: Record<string, string>[] = [
    { 'X-Forwarded-For': '203.0.113.9' },
    { 'X-Forwarded-Proto': 'https' },
    { Forwarded: 'for=203.0.113.9' },
    { Via: '1.1 proxy' },
  ];
  for (const headers of fromElsewhere) {
    const { status, json } = await metrics(headers);
    expect([headers, status, json]).toMatchObject([headers, 403, { Code: 'Forbidden' }]);
  }
  expect(await statusFor(url, 'metrics.example.com')).toBe(403);
  expect(await statusFor(url, '[::1]:4280')).toBe(200);

  const open = await startWith({ metrics: 'public' });
  expect((await open.metrics({ 'X-Forwarded-For': '203.0.113.9' })).status).toBe(200);
});

test('a service of a command has no metrics, and is ready', async () => {
  const { url, metrics } = await startWith({});
  expect((await metrics()).status).toBe(404);
  const { status, json } = await exchange(`${url}/ready`);
  expect([status, json]).toEqual([
    200,
    {
      status: 'ready',
      checks: [
        { check: 'running', ok: true },
        { check: 'store', ok: true },
        { check: 'deliveries', ok: true },
      ],
    },
  ]);
});

/** The status of the metrics for a program that calls the service by this name. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(`${url}/metrics`, { headers: { host }, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on('error', reject);
  });
}
