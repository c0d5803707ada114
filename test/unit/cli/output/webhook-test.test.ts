import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { WebhookTest } from '../../../../src/api/contract.js';
import { renderWebhookTest } from '../../../../src/cli/output/webhook-test.js';
import { fakeTerminal } from '../../../helpers/fake-terminal.js';
import { COLOR, HOSTILE_TEXTS, UNSAFE_CHARACTERS } from '../../../helpers/hostile-text.js';

function tested(changes: Partial<WebhookTest> = {}): WebhookTest {
  return {
    webhookId: 'whk_1',
    url: 'https://receiver.example.com/hooks',
    enabled: true,
    event: { eventId: 'e', eventType: 'Test', eventDetails: {} },
    notificationId: 'ntf_1',
    remoteAddress: '203.0.113.7',
    status: 200,
    error: null,
    systemCode: null,
    answer: null,
    location: null,
    headers: [],
    timings: { dnsMs: 12.3, connectMs: 3.4, tlsMs: 35, firstByteMs: 140.2, totalMs: 191.2 },
    ...changes,
  };
}

const text = (changes?: Partial<WebhookTest>) => stripVTControlCharacters(renderWebhookTest(tested(changes)));
const silent = (error: string, systemCode = 'X') => ({ status: null, error, systemCode });
const noTimings = { dnsMs: 1, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 5000 };

test('a test is shown with a line for each step, aligned', () => {
  expect(text({ answer: 'ok\nthere\n' })).toBe(
    [
      '✓ https://receiver.example.com/hooks  200 OK',
      'DNS          12 ms',
      'connect     3.4 ms',
      'TLS          35 ms',
      'first byte  140 ms',
      'total       191 ms',
      'address     203.0.113.7',
      'answer      ok',
      '            there',
      'history     calreply notifications show ntf_1',
    ].join('\n'),
  );
});

test('steps that there were not are left out', () => {
  const shown = text({ ...silent('connection_refused'), timings: noTimings });
  expect(shown).not.toMatch(/connect {2}|TLS|first byte/);
  expect(shown).toMatch(/^✗ .* the connection was refused\nDNS {7}1 ms\ntotal {4}5\.0 s\n/);
});

describe('what to do about it is said for', () => {
  test.each<[string, Partial<WebhookTest>, RegExp]>([
    ['nobody there', silent('connection_refused'), /Nothing listens at receiver\.example\.com/],
    ['a name that is not known', silent('name_not_found'), /no address for receiver\.example\.com/],
    ['a private address', silent('address_forbidden'), /sends to public ones only.*\n.*serve --allow-network CIDR$/],
    [
      'http where https is wanted',
      { ...silent('https_required'), url: 'http://receiver.example.com/hooks?a=1' },
      /by https only.*update whk_1 --url 'https:\/\/receiver\.example\.com\/hooks\?a=1'$/,
    ],
    ['a header that cannot be sent', silent('bad_header'), /no header can carry.*\n.*webhooks show whk_1$/],
    [
      'a redirect',
      { status: 302, location: '../new' },
      /not followed.*\n.*update whk_1 --url https:\/\/receiver\.example\.com\/new$/,
    ],
    [
      'a redirect to what a shell would run',
      { status: 302, location: '/a;touch$IFS/x|cat?x=1&y=`id`$(id)' },
      /--url 'https:\/\/receiver\.example\.com\/a;touch\$IFS\/x\|cat\?x=1&y=`id`\$\(id\)'$/,
    ],
    ['a redirect to nowhere', { status: 308 }, /not followed/],
    ['a receiver that refuses', { status: 401 }, /raw body[^]*rotate-secret whk_1/],
    ['a receiver that forbids', { status: 403 }, /raw body/],
    ['an expired certificate', silent('tls_failed', 'CERT_HAS_EXPIRED'), /has expired/],
    ['a self-signed one', silent('tls_failed', 'DEPTH_ZERO_SELF_SIGNED_CERT'), /self-signed/],
    ['one of another name', silent('tls_failed', 'ERR_TLS_CERT_ALTNAME_INVALID'), /other names than receiver/],
    ['an incomplete chain', silent('tls_failed', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'), /intermediate/],
    ['no TLS', silent('tls_failed', 'ERR_SSL_WRONG_VERSION_NUMBER'), /http port\?/],
    ['other TLS failures', silent('tls_failed', 'ERR_SSL_NEW'), /ERR_SSL_NEW/],
    ['no connection in time', { ...silent('timeout'), timings: noTimings }, /firewall/],
    ['no encryption in time', { ...silent('timeout'), timings: { ...noTimings, connectMs: 1 } }, /encryption within 5/],
    ['no answer in time', silent('timeout'), /answer first, then work/],
    ['a webhook that is off', { enabled: false }, /calreply webhooks enable whk_1$/],
  ])('%s', (_, changes, expected) => {
    expect(text(changes)).toMatch(expected);
  });
});

test('of a long answer the start is shown, in a terminal no wider than that', () => {
  fakeTerminal(60);
  const lines = text({
    answer: Array.from({ length: 30 }, (_, line) => `${line} ${'x'.repeat(200)}`).join('\n'),
  }).split('\n');
  expect(lines.filter((line) => line.includes('xxx'))).toHaveLength(10);
  expect(lines.join('\n')).toContain('… 20 more lines');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
});

test('of a long line no more is shown in a pipe than is good in a log', () => {
  fakeTerminal();
  const [line = ''] = text({ answer: 'x'.repeat(16_000) })
    .split('\n')
    .filter((one) => one.includes('xxx'));
  expect(line).toMatch(/^answer {6}x+…$/);
  expect(line.length).toBeLessThanOrEqual(220);
});

test.each(HOSTILE_TEXTS)('nothing of %j gets through', (hostile) => {
  const shown = renderWebhookTest(
    tested({
      answer: hostile,
      location: hostile,
      remoteAddress: hostile,
      error: hostile,
      systemCode: hostile,
      status: null,
    }),
  ).replaceAll(COLOR, '');
  expect(UNSAFE_CHARACTERS.filter((character) => shown.includes(character))).toEqual([]);
});
