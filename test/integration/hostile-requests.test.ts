import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { exchange } from '../helpers/exchange.js';
import { rawExchange } from '../helpers/raw-exchange.js';
import { CALENDAR, startTestService, type TestService } from '../helpers/service.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

afterEach(async () => {
  expect(await exchange(`${service.url}/health`)).toMatchObject({ status: 200, json: { status: 'ok' } });
});

const failure = (status: number, code: string) => ({
  status,
  json: { Code: code, Reason: expect.stringMatching(/^.+\.$/s) },
});

test('an Event Object with text that is full of brackets is not deep', async () => {
  const eventDetails = { text: `\\"${'['.repeat(100_000)}`, list: [[[[1]]]] };
  const answer = await service.call('POST', '/v1/events', { json: { event: { eventType: 'Test', eventDetails } } });
  expect(answer).toMatchObject({ status: 201, json: { event: { eventDetails } } });
});

describe('text that is no text', () => {
  test.each([
    ['NUL', 'nul\0b'],
    ['half a surrogate pair', 'half\ud800b'],
    ['control and bidi characters', 'bidi\u001b[2J\u202eb'],
  ])('%s in a subscription belongs to it, and breaks nothing', async (_, text) => {
    const answer = await service.call('POST', `/v2/subscribe/your-account/${CALENDAR}`, {
      json: { userName: text, emailAddress: text, channelFinderZipCode: text },
    });
    expect(answer).toMatchObject({ status: 200, json: { username: text, isNewSubscription: true } });
    const again = await service.call('POST', `/v2/subscribe/your-account/${CALENDAR}`, { json: { userName: text } });
    expect(again).toMatchObject({ status: 200, json: { isNewSubscription: false } });
    const shorter = { json: { userName: text.slice(0, -2) } };
    expect(await service.call('POST', `/v2/subscribe/your-account/${CALENDAR}`, shorter)).toMatchObject({
      json: { isNewSubscription: true },
    });
  });

  test.each([
    ['NUL', 'a\0b'],
    ['half a surrogate pair', 'a\udc00b'],
  ])('%s in an Event Object comes back as it went in', async (_, text) => {
    const eventDetails = { text, calendarSubscriptionId: text, subscription: { calendarCode: text } };
    const answer = await service.call('POST', '/v1/events', { json: { event: { eventType: 'Test', eventDetails } } });
    expect(answer).toMatchObject({ status: 201 });
    const { event } = answer.json as { event: { eventId: string } };
    expect((await service.api.event(event.eventId)).event).toMatchObject({ eventDetails });
  });

  test.each(['a\0b', 'a\ud800b', 'a\r\nb', '<script>', '', ' ', 'ü'])('%j names no listener', async (name) => {
    expect(await service.call('POST', '/v1/listeners', { json: { name } })).toMatchObject(
      failure(400, 'InvalidRequest'),
    );
  });

  test('bytes that are no UTF-8 are refused or replaced', async () => {
    const body = Buffer.concat([
      Buffer.from('{"userName":"'),
      Buffer.from([0xed, 0xa0, 0x80, 0xff]),
      Buffer.from('"}'),
    ]);
    const answer = await service.call('POST', `/v2/subscribe/your-account/${CALENDAR}`, { body });
    expect(answer.status).toBeLessThan(500);
  });
});

describe('paths and queries nobody meant', () => {
  test.each([
    '/nowhere',
    '/v1',
    '/v1/webhooks/',
    '/v1/webhooks/whk_1/more',
    '/v2/webhooks',
    '//v1/webhooks',
    '/v1/../etc/passwd',
    '/v1/webhooks/..%2f..%2fetc',
    '/v1/webhooks/%00',
    '/v1/events/%F0%9F%92%A9',
    '/in',
  ])('GET %s is answered with 404', async (path) => {
    expect(await service.call('GET', path)).toMatchObject(failure(404, 'NotFound'));
  });

  test.each(['/v1/webhooks/%E0%A4%A', '/%', '/v1/events/%ff'])(
    'GET %s is no path and is answered with 400',
    async (path) => {
      expect(await service.call('GET', path)).toMatchObject(failure(400, 'InvalidRequest'));
    },
  );

  test('a part of a path that is longer than any id is answered with 400', async () => {
    const answer = await service.call('GET', `/v1/webhooks/${'a'.repeat(3000)}`);
    expect(answer).toMatchObject(failure(400, 'InvalidRequest'));
    expect(answer.text.length).toBeLessThan(200);
  });

  test.each(['PUT', 'OPTIONS', 'TRACE', 'PROPFIND'])('%s is answered with 404', async (method) => {
    expect(await service.call(method, '/v1/webhooks')).toMatchObject(failure(404, 'NotFound'));
  });

  test('a query may repeat and nest as it likes', async () => {
    for (const query of [
      'limit=1&limit=2',
      'limit[]=1',
      'type=a&type=b',
      'cursor[x]=1&cursor=',
      '__proto__[a]=1',
      '%00',
    ]) {
      const { status } = await service.call('GET', `/v1/events?${query}`);
      expect([200, 400]).toContain(status);
    }
  });
});

describe('requests that are no HTTP', () => {
  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.0\r\n\r\n', 400],
    ['two lengths', 'POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd', 400],
    [
      'a length and chunks',
      'POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['endless headers', `GET /health HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
  ])('%s is refused in CalReply’s words', async (_, text, status) => {
    const answer = await rawExchange(service.url, text);
    expect(answer.split('\r\n', 1)[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toEqual({
      Code: expect.any(String),
      Reason: expect.stringMatching(/\.$/),
    });
  });
});
