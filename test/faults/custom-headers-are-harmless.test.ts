import { beforeAll, describe, expect, test } from 'vitest';
import { addressGuard } from '../../src/delivery/address-guard.js';
import { httpProbe } from '../../src/delivery/probe.js';
import { newWebhookSecret } from '../../src/util/ids.js';
import { startHttpEngine } from '../helpers/http-engine.js';
import { startReceiver } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';

/** Headers that the service sends itself, or that say where a message ends and which way it goes. */
const PROTECTED = [
  ...['Host', 'Content-Length', 'Transfer-Encoding', 'Connection', 'Content-Type', 'Content-Encoding', 'User-Agent'],
  ...['Keep-Alive', 'Proxy-Connection', 'Proxy-Authorization', 'TE', 'Trailer', 'Upgrade', 'Expect', 'HOST'],
  ...['webhook-id', 'Webhook-Signature', 'webhook-timestamp', 'WEBHOOK-anything'],
  ...['calreply-attempt', 'CalReply-Test', 'calreply-notification-id', 'calreply-anything'],
];

/** Values that would start another header, end the head, or cannot be sent. */
const BAD_VALUES = [
  ...[
    'a\r\nX-Smuggled: yes',
    'a\nX-Smuggled: yes',
    'a\rX-Smuggled: yes',
    'a\r\n\r\n{"smuggled":true}',
    'a\0b',
    '\u007f',
  ],
  ...[
    '\u0001',
    '\u0085X-Smuggled: yes',
    'caf\u00e9',
    '\u010d\u010aX-Smuggled: yes',
    '\u560d\u560aX-Smuggled: yes',
    '🦅',
  ],
];

const BAD_NAMES = [
  ...['', ' ', 'X Team', 'X-Team:', ':authority', 'X-Team\r\nX-Smuggled', 'X-Team\0', 'X-Téam', 'X-Team\t', '(x)'],
  'x'.repeat(129),
];

describe('the API', () => {
  let service: TestService;
  let id: string;
  beforeAll(async () => {
    service = await startTestService();
    ({ id } = await service.api.createWebhook({ url: 'https://receiver.example.com/' }));
    return () => service.end();
  });

  /** What the service says to a header, which is the same for a new webhook and for one that is there. */
  async function refusal(name: string, value: string): Promise<unknown> {
    const headers = { 'X-Fine': 'fine', [name]: value };
    const created = await service.call('POST', '/v1/webhooks', { json: { url: 'https://a.example.com/', headers } });
    const changed = await service.call('PATCH', `/v1/webhooks/${id}`, { json: { headers } });
    expect([created.status, changed.status], `${name}: ${value}`).toEqual([400, 400]);
    expect(changed.json).toEqual(created.json);
    return created.json;
  }
  const because = (Reason: string) => ({ Code: 'InvalidRequest', Reason });

  test('refuses the names that are its own, and says which', async () => {
    for (const name of PROTECTED) {
      expect(await refusal(name, 'mine')).toEqual(because(`The header ${name} is set by the service itself.`));
    }
  });

  test('refuses values that no header can carry, and says of which', async () => {
    for (const value of BAD_VALUES) {
      expect(await refusal('X-Team', value)).toEqual(
        because('The value of the header X-Team has characters that a header cannot carry: only ASCII goes through.'),
      );
    }
  });

  test('refuses names that are none', async () => {
    for (const name of BAD_NAMES) {
      expect(await refusal(name, 'a')).toEqual(because(`“${name}” is not a header name.`));
    }
  });
});

test('what was written past the API is a failed attempt, and neither a crash nor another request', async () => {
  const { url, requests } = await startReceiver();
  const bad = [
    ...PROTECTED.map((name): [string, string] => [name, 'mine']),
    ...BAD_VALUES.map((value): [string, string] => ['X-Team', value]),
    ...BAD_NAMES.map((name): [string, string] => [name, 'a']),
  ];
  const engine = await startHttpEngine();
  const notifications = await engine.firstAttempts(
    bad.map((header) => ({ url, headers: Object.fromEntries([header]) })),
  );
  for (const [place, { status, lastError }] of notifications.entries()) {
    expect({ status, lastError }, bad[place]?.join(': ')).toEqual({ status: 'pending', lastError: 'bad_header' });
  }

  const probe = httpProbe({ guard: addressGuard({ publicOnly: false }), clock: engine.clock, userAgent: 'test' });
  for (const header of bad) {
    const { attempt } = await probe.send({
      ...{ id: 'ntf_1', attempt: 1, scheduleAttempt: 1, firstAttemptAt: null, createdAt: 0 },
      webhook: {
        ...{
          id: 'whk_1',
          accountId: 'account',
          url,
          headers: Object.fromEntries([header]),
          listenerId: null,
          signAs: null,
        },
        ...{ secret: newWebhookSecret(), oldSecret: null },
      },
      event: { id: 'e', type: 'Test', isTest: true, body: Buffer.from('{}'), request: null },
    });
    expect(attempt, header.join(': ')).toMatchObject({ status: null, error: 'bad_header' });
  }
  expect(requests).toEqual([]);
  expect(engine.errors).toEqual([]);

  // The engine is as it was before.
  expect(await engine.firstAttempts([{ url, headers: { 'X-Team': 'crm' } }])).toMatchObject([{ status: 'delivered' }]);
  expect(requests).toMatchObject([{ headers: { 'x-team': 'crm' } }]);
});
