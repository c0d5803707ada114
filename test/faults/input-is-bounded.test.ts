import { connect } from 'node:net';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sleep, systemClock } from '../../src/util/clock.js';
import { exchange, type ExchangeAnswer, type ExchangeOptions } from '../helpers/exchange.js';
import { rawExchange } from '../helpers/raw-exchange.js';
import { CALENDAR, startTestService, type TestService } from '../helpers/service.js';

const OPERATOR_KEY = 'operator_of-the-test-of-bodies';
const DEEP = 100_000;
const TEN_MB = 10 * 1024 * 1024;
const deepList = '['.repeat(DEEP) + ']'.repeat(DEEP);
const deepObject = '{"a":'.repeat(40_000) + '1' + '}'.repeat(40_000);

/** What of an OpenAPI document is needed here. */
interface Schema {
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
}
interface Operation {
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

/** A call that may have a body. */
interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Whether it is for who runs the service, with a key in place of a token. */
  readonly isOperators: boolean;
  /** Of a JSON body; undefined where none is described. */
  readonly schema: Schema | undefined;
}

let service: TestService;
let routes: readonly Route[];

beforeAll(async () => {
  service = await startTestService({ operatorKey: OPERATOR_KEY });
  const { id: webhook } = await service.api.createWebhook({ url: 'http://127.0.0.1:9/', enabled: false });
  const { inboxUrl } = await service.api.openListener({ name: 'laptop' });
  const { event } = await service.api.triggerEvent({ eventType: 'Test' });
  const names = { webhook, listener: new URL(inboxUrl).pathname.slice('/in/'.length), event: event.eventId };
  const { json } = await service.call('GET', '/openapi.json');
  routes = routesOf((json as { paths: Paths }).paths, names);
  return () => service.end();
});

afterEach(async () => {
  expect(await exchange(`${service.url}/health`)).toMatchObject({ status: 200, json: { status: 'ok' } });
});

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** Every call of the service that is no GET, to what there is. */
function routesOf(paths: Paths, names: { webhook: string; listener: string; event: string }): readonly Route[] {
  return Object.entries(paths).flatMap(([template, operations]) =>
    Object.entries(operations)
      .filter(([method]) => ['post', 'put', 'patch', 'delete'].includes(method))
      .map(([method, { requestBody, security = [] }]) => ({
        name: `${method.toUpperCase()} ${template}`,
        method: method.toUpperCase(),
        path: template
          .replace('{listener}', names.listener)
          .replace('{accountCode}', 'your-account')
          .replace('{calendarCode}', CALENDAR)
          .replace('{id}', template.includes('/events/') ? names.event : names.webhook)
          .replace(/\{\w+\}/, 'other-account'),
        isOperators: security.some((way) => 'operatorKey' in way),
        schema: requestBody?.content['application/json']?.schema,
      })),
  );
}

/** Sends a body to every call, and expects that each refuses it in CalReply's words. */
async function expectRefused(body: ExchangeOptions['body'], among = routes): Promise<void> {
  const answers = await Promise.all(among.map(async (route) => [route, await send(route, body)] as const));
  const wrong = answers
    .filter(([, answer]) => !isRefusal(answer))
    .map(([{ name }, answer]) => `${name}: ${told(answer)}`);
  expect(wrong).toEqual([]);
}

async function send(route: Route, body: ExchangeOptions['body'], type = 'application/json'): Promise<ExchangeAnswer> {
  const headers = { authorization: `Bearer ${await tokenFor(route)}`, 'content-type': type };
  return service.call(route.method, route.path, { body, headers });
}

async function tokenFor({ isOperators }: Route): Promise<string> {
  return isOperators ? OPERATOR_KEY : service.api.accessToken();
}

/** A log-in is refused in the words of RFC 6749, section 5.2. */
function isRefusal({ status, json }: ExchangeAnswer): boolean {
  const { Code, Reason, error } = (json ?? {}) as Record<string, unknown>;
  const isTold = typeof error === 'string' || (typeof Code === 'string' && /^.+\.$/s.test(String(Reason)));
  return status >= 400 && status < 500 && isTold;
}

function told({ status, text }: ExchangeAnswer): string {
  return `${status} ${text.slice(0, 200)}`;
}

/** All but the inbox, where every body is the sender's business, and calls that have none and read none. */
const withJson = () => routes.filter(({ schema }) => schema !== undefined);

test('every call that may have a body is known', () => {
  expect(routes.map(({ name }) => name)).toEqual(expect.arrayContaining(['POST /oauth2/token', 'POST /in/{listener}']));
  expect(withJson().length).toBeGreaterThanOrEqual(10);
});

test.each([
  ['nothing', ''],
  ['half an object', '{"url":'],
  ['bare words', 'hello'],
  ['a raw NUL', '{"a":"\0"}'],
  ['__proto__', '{"__proto__":{"url":"http://example.com"}}'],
  ['__proto__ deep inside', '{"event":{"eventType":"Test","eventDetails":{"__proto__":{"a":1}}}}'],
  ['constructor.prototype', '{"constructor":{"prototype":{"a":1}}}'],
  ['null', 'null'],
  ['a list', '[]'],
  ['text', '"text"'],
  ['a list 100,000 deep', deepList],
  ['an object 40,000 deep', deepObject],
  ['a field 100,000 deep', `{"eventType":"Test","x":${deepList}}`],
  ['an Event Object that is deep inside', `{"event":{"eventType":"Test","eventDetails":{"deep":${deepList}}}}`],
])('a body of %s is refused by every call', async (_, body) => {
  await expectRefused(body, withJson());
});

test('a type that is not JSON is refused by every call', async () => {
  for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'json']) {
    for (const route of withJson()) {
      const answer = await send(route, '{}', type);
      expect(answer).toMatchObject({ status: 415, json: { Code: 'UnsupportedMediaType' } });
    }
  }
});

test('a field of another type than it is described with is refused', async () => {
  const wrong: string[] = [];
  for (const route of withJson()) {
    for (const [field, schema] of Object.entries(route.schema?.properties ?? {})) {
      for (const value of ['text', 5, 1.5, true, null, [[]], { a: 1 }]) {
        if (mayBe(schema, value)) continue;
        const answer = await send(route, JSON.stringify({ [field]: value }));
        if (!isRefusal(answer)) wrong.push(`${route.name} ${field} ${JSON.stringify(value)}: ${told(answer)}`);
      }
    }
  }

  expect(wrong).toEqual([]);
});

function mayBe(schema: Schema, value: unknown): boolean {
  if (schema.anyOf) return schema.anyOf.some((one) => mayBe(one, value));
  if (schema.enum) return schema.enum.includes(value);
  if (schema.type === undefined) return true;
  if (schema.type === 'integer') return Number.isInteger(value);
  if (schema.type === 'array') return Array.isArray(value);
  if (schema.type === 'null' || value === null) return schema.type === String(value);
  return schema.type === typeof value && !Array.isArray(value);
}

test('a body of more than 256 kB is refused by every call', async () => {
  const body = JSON.stringify({ padding: 'x'.repeat(256 * 1024) });
  for (const route of withJson()) {
    expect(await send(route, body)).toMatchObject({ status: 413, json: { Code: 'TooLarge' } });
  }
});

test('10 MB told by their length are refused by every call before they are read', async () => {
  for (const route of routes) {
    const { method, path } = route;
    const head = [
      `${method} ${path} HTTP/1.1`,
      'Host: service',
      `Authorization: Bearer ${await tokenFor(route)}`,
      `Content-Type: ${path.startsWith('/oauth2') ? 'application/x-www-form-urlencoded' : 'application/json'}`,
      `Content-Length: ${TEN_MB}`,
    ];
    // Nothing of the body is ever sent: the answer cannot have waited for it.
    const answer = await rawExchange(service.url, `${head.join('\r\n')}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 4/);
    if (!path.endsWith('/retry')) expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  }
});

test('10 MB without a length are cut by every call', async () => {
  for (const route of routes) {
    let sent = 0;
    const pieces = function* () {
      yield Buffer.from('{"padding":"');
      for (; sent < TEN_MB; sent += 65_536) yield Buffer.alloc(65_536, 'x');
    };
    const answer = await send(route, pieces());
    expect([route.name, answer.status]).toEqual([route.name, 413]);
    expect(sent).toBeLessThan(TEN_MB);
  }
});

describe('a sender that hears of its refusal only after it has sent more', () => {
  /**
   * Sends the head of a request, then pieces: many at first, later one every few milliseconds, for `ms`. Only then does it
   * read.
   */
  async function sendOn(ms: number, { head, pieces }: { head: readonly string[]; pieces: readonly [string, string] }) {
    const { hostname, port } = new URL(service.url);
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    socket.on('error', () => undefined);
    const startedAt = performance.now();
    const closed = new Promise<number>((resolve) => socket.on('close', () => resolve(performance.now() - startedAt)));
    socket.write(head.map((line) => `${line}\r\n`).join(''));
    for (let sent = 0; performance.now() - startedAt < ms && !socket.destroyed; sent += 1) {
      socket.write(sent < 100 ? pieces[0] : pieces[1]);
      if (sent >= 100) await sleep(systemClock, 5);
    }

    let answer = '';
    socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
    socket.on('end', () => socket.end());
    return { closedAfter: await closed, answer };
  }

  const authorization = async () => `Authorization: Bearer ${await service.api.accessToken()}`;

  function longBody(...headers: readonly string[]) {
    const framing = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
    return {
      head: ['POST /v1/events HTTP/1.1', 'Host: service', ...framing, ...headers, ''],
      pieces: [`10000\r\n${'x'.repeat(0x10000)}\r\n`, '1\r\nx\r\n'],
    } as const;
  }

  test('can still read it', async () => {
    const { answer } = await sendOn(500, longBody(await authorization()));
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*\r\nconnection: close\r\n.*The body is larger than/is);
  });

  test('can still read it when it is for its token, before anything of the body was looked at', async () => {
    const { answer } = await sendOn(500, longBody('Authorization: Bearer none', 'Connection: close'));
    expect(answer).toMatch(/^HTTP\/1\.1 401 .*\r\nconnection: close\r\n.*"Code":"/is);
  });

  test('can still read it when it is for its headers', async () => {
    const head = ['GET /health HTTP/1.1', 'Host: service'];
    const { answer } = await sendOn(500, { head, pieces: [`X-Long: ${'x'.repeat(1_000)}\r\n`, 'X: x\r\n'] });
    expect(answer).toMatch(/^HTTP\/1\.1 431 .*\r\nconnection: close\r\n.*The headers are larger than/is);
  });

  test('is cut when it goes on and on', async () => {
    const { closedAfter } = await sendOn(30_000, longBody(await authorization()));
    expect(closedAfter).toBeLessThan(10_000);
  });
});

describe('a body that breaks off', () => {
  test.each([
    ['before its length', ['Content-Length: 1000'], '{"eventType":"Te'],
    ['within a chunk', ['Transfer-Encoding: chunked'], '400\r\n{"eventType":"Te'],
    ['without its last chunk', ['Transfer-Encoding: chunked'], '12\r\n{"eventType":"Test"\r\n'],
  ])('%s does nothing', async (_, headers, body) => {
    const before = (await service.api.events({ limit: 1000 })).events.length;
    for (const route of withJson()) {
      const authorization = `Authorization: Bearer ${await tokenFor(route)}`;
      const head = [`${route.method} ${route.path} HTTP/1.1`, 'Host: service', authorization];
      const text = [...head, 'Content-Type: application/json', ...headers, '', body].join('\r\n');
      const answer = await rawExchange(service.url, text, { end: true });
      expect(answer).toMatch(/^(HTTP\/1\.1 4|$)/);
    }

    expect((await service.api.events({ limit: 1000 })).events).toHaveLength(before);
  });
});
