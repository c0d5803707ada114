import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { exchange, type ExchangeOptions } from '../helpers/exchange.js';
import { finished } from '../helpers/history.js';
import { startListener } from '../helpers/listener.js';
import { rawExchange } from '../helpers/raw-exchange.js';
import { startReceiver, type ReceivedRequest, type Receiver } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { waitUntil } from '../helpers/wait-until.js';

let service: TestService;
let app: Receiver;
let inbox: string;
let listenerId: string;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

beforeEach(async () => {
  app = await startReceiver();
  const { opened } = await startListener(service, { target: app.url });
  onTestFinished(() => service.api.removeListener(opened.id));
  ({ inboxUrl: inbox, id: listenerId } = opened);
});

/** Posts to the inbox and answers what the local app got. */
async function post(options: ExchangeOptions, path = ''): Promise<ReceivedRequest> {
  expect(await exchange(inbox + path, { method: 'POST', ...options })).toMatchObject({ status: 200 });
  await waitUntil('the local app got it', () => app.requests.length === 1);
  const [request] = app.requests;
  if (!request) throw new Error('no request');
  return request;
}

/** The headers a local app got, without those of its own connection. */
const passedOn = ({ rawHeaders }: ReceivedRequest): string[] => {
  const pairs = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name, rawHeaders[i + 1] ?? '']] : []));
  const own = ['host', 'connection', 'content-length', 'transfer-encoding'];
  return pairs.filter(([name = '']) => !own.includes(name.toLowerCase())).map((pair) => pair.join(': '));
};

describe('what is sent to an inbox reaches the local app', () => {
  test.each(['PUT', 'PATCH', 'DELETE'])('by %s, with its body', async (method) => {
    const body = randomBytes(1_000);
    const request = await post({ method, body }, '/things/7?x=1');
    expect([request.method, request.url]).toEqual([method, '/things/7?x=1']);
    expect(request.body.equals(body)).toBe(true);
  });

  test.each(['PUT', 'PATCH', 'DELETE'])('by %s, without a body', async (method) => {
    const request = await post({ method }, '/things/7');
    expect([request.method, request.url, request.body.length]).toEqual([method, '/things/7', 0]);
    if (method === 'DELETE') expect(request.headers).not.toHaveProperty('content-length');
  });

  test('byte for byte, also when it is no text', async () => {
    const body = randomBytes(100_000);
    const request = await post({ body, headers: { 'Content-Type': 'application/octet-stream' } });
    expect(request.method).toBe('POST');
    expect(request.body.equals(body)).toBe(true);
  });

  test('as JSON, with its spaces and its order, which a parser would lose', async () => {
    const body = '{ "b":1.0,\n\t"a" : "\\u00e9",  "__proto__": {}, "a":2 }';
    const request = await post({ body, headers: { 'Content-Type': 'application/json' } });
    expect(request.body.toString()).toBe(body);
  });

  test('with its headers in order and in their own case, several of one name still several', async () => {
    const headers = [
      ...['X-Custom-Header', 'one'],
      ...['accept', '*/*'],
      ...['x-repeated', 'first'],
      ...['X-REPEATED', 'second'],
      ...['User-Agent', 'Somebody/1.0'],
      ...['Content-Type', 'text/plain; charset=latin1'],
      ...['Content-Encoding', 'br'],
      ...['Authorization', 'Basic YTpi'],
      ...['Cookie', 'a=b; c=d'],
      ...['X-Empty', ''],
    ];
    const request = await post({ body: 'x', headers });
    // Node's client sends the two of one name side by side, under the name of the first.
    expect(passedOn(request)).toEqual([
      'X-Custom-Header: one',
      'accept: */*',
      'x-repeated: first',
      'x-repeated: second',
      'User-Agent: Somebody/1.0',
      'Content-Type: text/plain; charset=latin1',
      'Content-Encoding: br',
      'Authorization: Basic YTpi',
      'Cookie: a=b; c=d',
      'X-Empty: ',
    ]);
    expect(request.headers.host).toBe(new URL(app.url).host);
  });

  test.each([
    ['/github', '/github'],
    ['/a/b%2Fc/%C3%BC?x=1&x=2&y=%20', '/a/b%2Fc/%C3%BC?x=1&x=2&y=%20'],
    ['?only=query', '/?only=query'],
    ['/', '/'],
    ['//double//slash', '//double//slash'],
    [`/${'long'.repeat(100)}`, `/${'long'.repeat(100)}`],
    ['?a?b#c', '/?a?b'],
    ['/%2f%2F/a;b=c/%e2%98%83', '/%2f%2F/a;b=c/%e2%98%83'],
    ['/a=b&c=d', '/a=b&c=d'],
    ['?k=1&k=2&K=3&k=', '/?k=1&k=2&K=3&k='],
    ['?x=%0A%zz+%2B', '/?x=%0A%zz+%2B'],
    ['?', '/'],
  ])('under its sub-path and query %s', async (path, url) => {
    expect((await post({ body: 'x' }, path)).url).toBe(url);
  });

  test('also when the id is percent-encoded, the sender names the whole URL as to a proxy, or goes up and down', async () => {
    const { host, origin, pathname } = new URL(inbox);
    for (const target of [
      `${pathname.replace('_', '%5F')}/a%20b?q=1`,
      `${origin}${pathname}/a%20b?q=1`,
      `${pathname}/a/%2e%2e/../b`,
    ]) {
      const head = `POST ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx`;
      expect(await rawExchange(service.url, head)).toMatch(/^HTTP\/1.1 200 /);
    }

    await waitUntil('the local app got all', () => app.requests.length === 3);
    expect(app.requests.map(({ url }) => url)).toEqual(['/a%20b?q=1', '/a%20b?q=1', '/a/%2e%2e/../b']);
  });

  test('but not under a path that no URL can have', async () => {
    const head = `POST ${new URL(inbox).pathname}/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    expect(await rawExchange(service.url, head)).toMatch(/^HTTP\/1.1 400 [^]*The path is not a valid URL/);
  });

  test.each([
    ['without a body', {}, ''],
    ['with an empty body', { body: '' }, ''],
    ['in pieces without a length', { body: [Buffer.from('one '), Buffer.from('two')] }, 'one two'],
    ['without a type', { body: 'plain' }, 'plain'],
    ['with a type that is none', { body: 'plain', headers: { 'Content-Type': 'nonsense' } }, 'plain'],
    ['with a type that says nothing', { body: 'plain', headers: { 'Content-Type': '' } }, 'plain'],
    ['as a broken form', { body: '--x', headers: { 'Content-Type': 'multipart/form-data' } }, '--x'],
  ])('%s', async (_, options, body) => {
    expect((await post(options)).body.toString()).toBe(body);
  });

  test('so that GitHub’s signature still holds', async () => {
    const secret = 'It’s a Secret to Everybody';
    const body = JSON.stringify({ zen: 'Keep it logically awesome. ☯', hook_id: 1 }, null, 1);
    const sign = (bytes: string | Buffer) => `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`;
    const headers = { 'X-GitHub-Event': 'ping', 'X-Hub-Signature-256': sign(body), 'Content-Type': 'application/json' };
    const request = await post({ body, headers });
    expect(request.headers['x-hub-signature-256']).toBe(sign(request.body));
    expect(request.headers['x-github-event']).toBe('ping');
  });

  test('so that Stripe’s signature still holds', async () => {
    const secret = 'whsec_test';
    const time = Math.floor(Date.now() / 1000);
    const sign = (bytes: string | Buffer) => createHmac('sha256', secret).update(`${time}.`).update(bytes).digest();
    const body = '{\n  "id": "evt_1",\n  "object": "event"\n}';
    const request = await post({
      body,
      headers: { 'Stripe-Signature': `t=${time},v1=${sign(body).toString('hex')}`, 'Content-Type': 'application/json' },
    });
    const [, t, v1 = ''] = /^t=(\d+),v1=(\w+)$/.exec(String(request.headers['stripe-signature'])) ?? [];
    expect(t).toBe(String(time));
    expect(timingSafeEqual(Buffer.from(v1, 'hex'), sign(request.body))).toBe(true);
  });
});

describe('the history', () => {
  test('keeps an inbox request whole', async () => {
    const body = Buffer.from([0, 1, 2, 0xff]);
    const answer = await exchange(`${inbox}/deep?q=1`, { method: 'POST', body, headers: { 'X-A': 'b' } });
    const { eventId, notificationId } = answer.json as { eventId: string; notificationId: string };
    expect(await finished(service.api, { event: eventId })).toMatchObject([
      { id: notificationId, eventType: 'Inbox', isTest: false, status: 'delivered' },
    ]);
    const event = await service.api.event(eventId);
    expect(event).toMatchObject({
      source: 'inbox',
      event: null,
      request: { method: 'POST', path: '/deep', query: 'q=1', bodyBase64: body.toString('base64') },
    });
    expect(event.request?.headers).toContainEqual(['X-A', 'b']);
  });

  test('knows an Event Object of CalReply’s by its type', async () => {
    const body = '{"eventId":"1","eventType":"SubscriptionDetailsUpdate","eventDetails":{}}';
    await post({ body, headers: { 'Content-Type': 'application/json' } });
    const { events } = await service.api.events({ type: 'SubscriptionDetailsUpdated', limit: 1 });
    expect(events).toMatchObject([{ source: 'inbox' }]);
  });
});

test.each(['GET', 'HEAD', 'OPTIONS'])('%s brings nothing to an inbox, and is told what does', async (method) => {
  const { events: before } = await service.api.events({ type: 'Inbox', limit: 1 });
  for (const url of [inbox, `${inbox}/deep?q=it's`]) {
    const answer = await exchange(url, { method });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST, PUT, PATCH, DELETE' } });
    if (method === 'HEAD') continue;
    expect(answer.json).toEqual({
      Code: 'MethodNotAllowed',
      Reason: `This is the inbox of a listener, which takes no ${method}.`,
      Hint: expect.stringContaining(`curl -d hello ${url === inbox ? inbox : "'"}`),
    });
  }

  expect((await service.api.events({ type: 'Inbox', limit: 1 })).events).toEqual(before);
});

test('an inbox needs no token, and knows no listener that was removed', async () => {
  const gone = await service.api.openListener({ name: 'gone' });
  await service.api.removeListener(gone.id);
  for (const url of [gone.inboxUrl, `${gone.inboxUrl}/x`, `${service.url}/in/${listenerId.slice(0, -1)}`]) {
    expect(await exchange(url, { method: 'POST', body: 'x' })).toMatchObject({
      status: 404,
      json: { Code: 'NotFound', Reason: expect.any(String) },
    });
  }
});

test('a body of more than 256 kB is refused, and the largest one arrives', async () => {
  expect(await exchange(inbox, { method: 'POST', body: Buffer.alloc(256 * 1024 + 1) })).toMatchObject({
    status: 413,
    json: { Code: 'TooLarge' },
  });
  const request = await post({ body: Buffer.alloc(256 * 1024, 'z') });
  expect(request.body).toHaveLength(256 * 1024);
});
