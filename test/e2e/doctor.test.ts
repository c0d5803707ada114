import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { DoctorJson } from '../../src/cli/output/doctor.js';
import { Home, type Serving } from '../helpers/home.js';

const home = new Home(afterAll);
let service: Serving;

beforeAll(async () => {
  service = (await home.serve()).serving;
});

const statuses = ({ checks }: DoctorJson) => Object.fromEntries(checks.map(({ name, status }) => [name, status]));

test('doctor says a line for each thing it looks at, and ends with 0 when nothing fails', async () => {
  const { exitCode, stdout, stderr } = await home.run(['doctor', '--forward-to', new URL(service.url).host]);

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const lines = stdout.split('\n');
  expect(lines[0]).toMatch(/^✓ program {8}calreply \d/);
  expect(stdout).toMatch(/^✓ service {8}calreply .* answers at http:\/\/127\.0\.0\.1:\d+ in \d+ ms$/m);
  expect(stdout).toMatch(/^✓ credentials {4}accepted: account Your Account \(your-account\); /m);
  expect(stdout).toMatch(/^✓ tunnel {9}a Test event came back through a tunnel in \d+ ms$/m);
  expect(lines.at(-2)).toBe('Everything that was looked at is in order.');
});

test('doctor ends with 5 where the service cannot be reached, and says so as JSON too', async () => {
  const { exitCode, stdout } = await home.run(['doctor', '--api-url', 'http://127.0.0.1:1', '--json']);

  expect(exitCode).toBe(5);
  const result = JSON.parse(stdout) as DoctorJson;
  expect(result.ok).toBe(false);
  expect(statuses(result)).toMatchObject({
    service: 'failed',
    clock: 'skipped',
    credentials: 'skipped',
    tunnel: 'skipped',
  });
});

test('doctor ends with 3 where the credentials are refused', async () => {
  const env = { CALREPLY_API_URL: service.url, CALREPLY_CLIENT_ID: 'nobody', CALREPLY_CLIENT_SECRET: 'wrong' };

  const { exitCode, stdout } = await new Home(onTestFinished).run(['doctor', '--json'], { env });

  expect(exitCode).toBe(3);
  const result = JSON.parse(stdout) as DoctorJson;
  expect(statuses(result)).toMatchObject({ service: 'ok', credentials: 'failed', tunnel: 'skipped' });
  expect(result.checks.find(({ name }) => name === 'credentials')?.advice).toContain('CALREPLY_CLIENT_SECRET');
});

test('^C ends doctor with 130, and no listener stays behind', async () => {
  const doctor = home.start(['doctor']);
  await doctor.line(/^✓ credentials/);

  expect(await doctor.stop('SIGINT')).toMatchObject({ exitCode: 130, stderr: '' });

  const { webhooks } = await home.json<{ webhooks: { url: string }[] }>(['webhooks', 'list']);
  expect(webhooks.filter(({ url }) => url.startsWith('listener:doctor-'))).toEqual([]);
});
