import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { messageHeaders } from '../../../src/delivery/signature.js';
import type { ClaimedNotification } from '../../../src/store/store.js';
import { newWebhookSecret } from '../../../src/util/ids.js';

const USER_AGENT = 'CalReply-Webhooks/1.0.0';
const secret = newWebhookSecret();
const eventId = '0f1d5918-052d-4915-89a7-8cc9c4d33492';
const body = Buffer.from(`{"eventId":"${eventId}","eventType":"Subscribe","eventDetails":{"title":"Häwks 🦅"}}`);

interface Changes {
  readonly attempt?: number;
  readonly webhook?: Partial<ClaimedNotification['webhook']>;
  readonly event?: Partial<ClaimedNotification['event']>;
}

function claimed({ attempt = 1, webhook, event }: Changes = {}): ClaimedNotification {
  const url = 'https://receiver.example.com/';
  return {
    id: 'ntf_1',
    attempt,
    scheduleAttempt: 1,
    firstAttemptAt: null,
    createdAt: 0,
    webhook: {
      id: 'whk_1',
      accountId: 'account',
      url,
      headers: {},
      secret,
      oldSecret: null,
      listenerId: null,
      signAs: null,
      ...webhook,
    },
    event: { id: eventId, type: 'Subscribe', isTest: false, body, request: null, ...event },
  };
}

/** The headers a receiver of today gets: the standardwebhooks package refuses other days. */
function headersOf(notification: ClaimedNotification, now = Date.now()): Record<string, string> {
  return Object.fromEntries(messageHeaders(notification, now, USER_AGENT));
}

describe('an Event Object', () => {
  test('verifies with the public standardwebhooks package', () => {
    const payload = new Webhook(secret).verify(body, headersOf(claimed()));
    expect(payload).toEqual(JSON.parse(body.toString('utf8')));
  });

  test('does not verify with another secret, another body or another id', () => {
    const headers = headersOf(claimed());
    expect(() => new Webhook(newWebhookSecret()).verify(body, headers)).toThrow();
    expect(() => new Webhook(secret).verify(`${body.toString('utf8')} `, headers)).toThrow();
    expect(() => new Webhook(secret).verify(body, { ...headers, 'webhook-id': 'another' })).toThrow();
  });

  test('says what it is in headers', () => {
    const now = Date.parse('2026-11-23T12:00:00.900Z');
    expect(headersOf(claimed(), now)).toEqual({
      'content-type': 'application/json',
      'user-agent': USER_AGENT,
      'webhook-id': eventId,
      'webhook-timestamp': '1795435200',
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
      'calreply-notification-id': 'ntf_1',
      'calreply-attempt': '1',
      'calreply-event-type': 'Subscribe',
    });
  });

  test('keeps its webhook-id on a retry, with a new timestamp and signature', () => {
    const now = Date.now();
    const first = headersOf(claimed(), now - 60_000);
    const second = headersOf(claimed({ attempt: 2 }), now);
    expect(second['webhook-id']).toBe(first['webhook-id']);
    expect(second['webhook-timestamp']).not.toBe(first['webhook-timestamp']);
    expect(second['webhook-signature']).not.toBe(first['webhook-signature']);
    expect(second['calreply-attempt']).toBe('2');
    expect(() => new Webhook(secret).verify(body, second)).not.toThrow();
  });

  test('is marked when it is a test, and only then', () => {
    expect(headersOf(claimed({ event: { isTest: true } }))['calreply-test']).toBe('true');
    expect(headersOf(claimed())).not.toHaveProperty('calreply-test');
  });

  test('carries the headers of the merchant’s own', () => {
    const headers = { Authorization: 'Bearer abc', 'X-Source': 'calreply' };
    expect(headersOf(claimed({ webhook: { headers } }))).toMatchObject(headers);
  });
});

describe('after a rotation', () => {
  const oldSecret = { secret: newWebhookSecret(), until: Date.now() + 60_000 };
  const rotated = claimed({ webhook: { oldSecret } });

  test('the new secret and the old one both verify, the new one’s signature first', () => {
    const now = Date.now();
    const headers = headersOf(rotated, now);
    expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
    expect(() => new Webhook(oldSecret.secret).verify(body, headers)).not.toThrow();
    expect(() => new Webhook(newWebhookSecret()).verify(body, headers)).toThrow();
    const [first, second, ...more] = headers['webhook-signature']?.split(' ') ?? [];
    expect([first, more]).toEqual([headersOf(claimed(), now)['webhook-signature'], []]);
    expect(second).toMatch(/^v1,/);
  });

  test('the old one no longer verifies from its last moment on', () => {
    const [before, after] = [oldSecret.until - 1, oldSecret.until].map((now) => headersOf(rotated, now));
    expect(() => new Webhook(oldSecret.secret).verify(body, before ?? {})).not.toThrow();
    expect(() => new Webhook(oldSecret.secret).verify(body, after ?? {})).toThrow();
    expect(() => new Webhook(secret).verify(body, after ?? {})).not.toThrow();
  });
});

describe('signed as another webhook', () => {
  const signAs = { secret: newWebhookSecret(), oldSecret: { secret: newWebhookSecret(), until: Date.now() + 60_000 } };
  const oldSecret = { secret: newWebhookSecret(), until: Date.now() + 60_000 };

  test('that one’s secrets come first, for a receiver that looks at the first signature only, and its own verify too', () => {
    const headers = headersOf(claimed({ webhook: { signAs, oldSecret } }));
    const made = [signAs.secret, signAs.oldSecret.secret, secret, oldSecret.secret];
    for (const one of made) expect(() => new Webhook(one).verify(body, headers)).not.toThrow();
    const each = headers['webhook-signature']?.split(' ') ?? [];
    expect(each).toHaveLength(made.length);
    for (const [index, one] of made.entries()) {
      const alone = { ...headers, 'webhook-signature': each[index] ?? '' };
      expect(() => new Webhook(one).verify(body, alone)).not.toThrow();
    }
  });
});

test('a request from an inbox keeps the headers its sender gave it, and gets none of ours', () => {
  const headers = [
    ['Content-Type', 'text/plain'],
    ['X-Signature', 'theirs'],
    ['X-Twice', 'one'],
    ['X-Twice', 'two'],
  ] as const;
  const request = { method: 'PUT', path: '/deep', query: 'a=1', headers };
  const notification = claimed({ event: { request }, webhook: { listenerId: 'lst_1', headers: { 'X-Own': 'no' } } });
  expect(messageHeaders(notification, Date.now(), USER_AGENT)).toEqual(headers);
});
