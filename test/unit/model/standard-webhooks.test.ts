import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { sign, verifies } from '../../../src/model/standard-webhooks.js';
import { newWebhookSecret } from '../../../src/util/ids.js';

const secret = newWebhookSecret();
const id = 'msg_häwks';
const body = Buffer.from('{"title":"Häwks 🦅"}');
const at = new Date();
const timestamp = String(Math.floor(at.getTime() / 1000));

test('signs as the public standardwebhooks package does', () => {
  expect(sign(secret, id, Number(timestamp), body)).toBe(new Webhook(secret).sign(id, at, body.toString('utf8')));
});

describe('a message verifies', () => {
  test('that the public standardwebhooks package signed', () => {
    const signature = new Webhook(secret).sign(id, at, body.toString('utf8'));
    expect(verifies(secret, { id, timestamp, signature }, body)).toBe(true);
  });

  test('by any one of its signatures', () => {
    const signature = `${sign(newWebhookSecret(), id, timestamp, body)} v1a,ed25519 ${sign(secret, id, timestamp, body)}`;
    expect(verifies(secret, { id, timestamp, signature }, body)).toBe(true);
  });
});

describe('a message does not verify', () => {
  const head = { id, timestamp, signature: sign(secret, id, timestamp, body) };

  test.each([
    ['another secret', newWebhookSecret(), head, body],
    ['another id', secret, { ...head, id: 'another' }, body],
    ['another time', secret, { ...head, timestamp: String(Number(timestamp) + 1) }, body],
    ['another body', secret, head, Buffer.concat([body, Buffer.from(' ')])],
    ['no signature', secret, { ...head, signature: '' }, body],
    ['a cut signature', secret, { ...head, signature: head.signature.slice(0, -1) }, body],
    ['another version', secret, { ...head, signature: head.signature.replace('v1,', 'v2,') }, body],
  ])('with %s', (_, key, signed, bytes) => {
    expect(verifies(key, signed, bytes)).toBe(false);
  });
});
