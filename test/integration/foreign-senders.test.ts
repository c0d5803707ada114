import { sign as signGitHub, verify as verifyGitHub } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { newWebhookSecret } from '../../src/util/ids.js';
import { exchange } from '../helpers/exchange.js';
import { startListener } from '../helpers/listener.js';
import { startReceiver, type ReceivedRequest, type Receiver } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { waitUntil } from '../helpers/wait-until.js';

/*
 * Other services can point their webhooks at a listener's inbox. They sign bytes, so every byte has to arrive: what signs
 * here and what verifies at the local app are the public packages of the three kinds of sender.
 */

let service: TestService;
let app: Receiver;
let inbox: string;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

beforeEach(async () => {
  app = await startReceiver();
  const listener = await startListener(service, { target: `${app.url}/hooks` });
  onTestFinished(() => service.api.removeListener(listener.opened.id));
  inbox = listener.opened.inboxUrl;
});

/** Sends to the inbox and answers what the local app got. */
async function sent(body: string | Buffer, headers: Readonly<Record<string, string>>): Promise<ReceivedRequest> {
  expect(await exchange(inbox, { method: 'POST', body, headers })).toMatchObject({ status: 200 });
  await waitUntil('the local app got it', () => app.requests.length === 1);
  const [request] = app.requests;
  if (!request) throw new Error('nothing arrived');
  return request;
}

/** Bodies that are others once they were parsed and written again. */
const BODIES: readonly (readonly [string, string])[] = [
  ['keys in their own order, one of them twice', '{"b":1,"a":2,"b":3}'],
  ['spaces and line ends of its own', '{\r\n\t"id" : "evt_1" ,\n "object":"event" }'],
  ['escapes that need not be', '{"id":"\\u0065vt_1","name":"Zo\\u00eb \\/ \\ud83d\\ude80"}'],
  ['characters that are not escaped', '{"id":"evt_1","name":"Zoë ☯ 🚀 \u2028"}'],
  ['numbers that no parser keeps', '{"id":"evt_1","amount":1.0,"large":12345678901234567890,"small":1E-7}'],
  ['a line end behind it', '{"id":"evt_1"}\n'],
  ['a byte order mark before it', '\ufeff{"id":"evt_1"}'],
];

describe('Standard Webhooks: the package signs, and verifies at the local app,', () => {
  const webhook = new Webhook(newWebhookSecret());
  const signedHeaders = (body: string) => {
    const now = new Date();
    return {
      'Content-Type': 'application/json',
      'webhook-id': 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': webhook.sign('msg_2KWPBgLlAfxdpx2AI54pPJ85f4W', now, body),
    };
  };

  test.each(BODIES.filter(([what]) => !what.startsWith('a byte order mark')))('%s', async (_, body) => {
    const request = await sent(body, signedHeaders(body));
    expect(webhook.verify(request.body, request.headers as Record<string, string>)).toEqual(JSON.parse(body));
  });

  test('also an Event Object that another service of this kind has signed', async () => {
    const body = '{"eventId":"1","eventType":"Subscribe","eventDetails":{}}';
    const headers = { ...signedHeaders(body), 'calreply-notification-id': 'ntf_of_the_other' };
    const request = await sent(body, headers);
    expect(webhook.verify(request.body, request.headers as Record<string, string>)).toEqual(JSON.parse(body));
    expect(request.headers['calreply-notification-id']).toBe('ntf_of_the_other');
  });
});

describe('GitHub’s way: X-Hub-Signature-256 holds at the local app,', () => {
  const secret = 'It’s a Secret to Everybody';

  test.each(BODIES)('%s', async (_, body) => {
    const request = await sent(body, {
      'Content-Type': 'application/json',
      'X-GitHub-Event': 'push',
      'X-Hub-Signature-256': await signGitHub(secret, body),
    });
    const signature = String(request.headers['x-hub-signature-256']);
    expect(await verifyGitHub(secret, request.body.toString(), signature)).toBe(true);
    expect(request.body.equals(Buffer.from(body))).toBe(true);
    expect(await verifyGitHub(secret, `${request.body.toString()} `, signature)).toBe(false);
  });

  test('as a form, which is its other content type', async () => {
    const body = `payload=${encodeURIComponent('{"zen":"Keep it logically awesome."}')}`;
    const request = await sent(body, {
      'Content-Type': 'application/x-www-form-urlencoded',
      'X-Hub-Signature-256': await signGitHub(secret, body),
    });
    expect(request.headers['content-type']).toBe('application/x-www-form-urlencoded');
    const signature = String(request.headers['x-hub-signature-256']);
    expect(await verifyGitHub(secret, request.body.toString(), signature)).toBe(true);
  });
});

describe('Stripe’s way: Stripe-Signature holds at the local app,', () => {
  const secret = 'whsec_of_an_endpoint';
  const { webhooks } = new Stripe('sk_test_is_not_used');

  test.each(BODIES.filter(([what]) => !what.startsWith('a byte order mark')))('%s', async (_, payload) => {
    const request = await sent(payload, {
      'Content-Type': 'application/json; charset=utf-8',
      'Stripe-Signature': webhooks.generateTestHeaderString({ payload, secret }),
    });
    const signature = String(request.headers['stripe-signature']);
    expect(webhooks.constructEvent(request.body, signature, secret)).toEqual(JSON.parse(payload));
    expect(() => webhooks.constructEvent(`${request.body.toString()} `, signature, secret)).toThrow(/signature/i);
  });
});

test('bytes that are no text arrive as they are', async () => {
  const body = Buffer.from(Array.from({ length: 1_024 }, (_, i) => (i * 37) % 256));
  const request = await sent(body, { 'Content-Type': 'application/octet-stream', 'Content-Encoding': 'gzip' });
  expect(request.body.equals(body)).toBe(true);
  expect(request.headers['content-encoding']).toBe('gzip');
});
