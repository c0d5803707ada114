import { beforeAll, describe, expect, test } from 'vitest';
import { exchange } from '../helpers/exchange.js';
import { startTestService, VERSION, type TestService } from '../helpers/service.js';

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: object }>> };
  readonly responses: Readonly<Record<string, object>>;
}

interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Every call of the service. What is added to it is to be added here, and must then be in the document. */
const CALLS = [
  'GET /health',
  'GET /ready',
  'POST /oauth2/token',
  'POST /in/{listener}',
  'PUT /in/{listener}',
  'PATCH /in/{listener}',
  'DELETE /in/{listener}',
  'GET /v1/account',
  'GET /v1/accounts',
  'POST /v1/accounts',
  'POST /v1/accounts/{code}/credentials',
  'POST /v1/webhooks',
  'GET /v1/webhooks',
  'GET /v1/webhooks/{id}',
  'PATCH /v1/webhooks/{id}',
  'DELETE /v1/webhooks/{id}',
  'POST /v1/webhooks/{id}/rotate-secret',
  'POST /v1/webhooks/{id}/test',
  'GET /v1/event-types',
  'POST /v1/events',
  'GET /v1/events',
  'GET /v1/events/{id}',
  'GET /v1/notifications',
  'GET /v1/notifications/stream',
  'GET /v1/notifications/{id}',
  'GET /v1/notifications/stats',
  'GET /v1/insights/times',
  'GET /v1/insights/growth',
  'GET /v1/insights/campaigns',
  'GET /v1/insights/tags',
  'GET /v1/subscribers',
  'POST /v1/notifications/retry',
  'POST /v1/notifications/{id}/retry',
  'POST /v1/events/{id}/resend',
  'POST /v1/listeners',
  'GET /v1/listeners',
  'GET /v1/listeners/{id}',
  'DELETE /v1/listeners/{id}',
  'PUT /v1/listeners/{id}/place',
  'POST /v2/subscribe/{accountCode}/{calendarCode}',
  'DELETE /v1/subscription/{accountCode}/{calendarCode}',
  'GET /v1/subscription/{subscriptionId}',
  'PUT /v1/subscription/{subscriptionId}',
  'GET /v1/subscription/{accountCode}/{calendarCode}/{username}',
  'POST /v1/subscriptionevent/{accountCode}',
  'POST /v1/subscriptionevent/{accountCode}/update',
  'DELETE /v1/subscriptionevent/{accountCode}/{eventId}',
  'DELETE /v2/subscription/{accountCode}/{subscriptionId}/subscriptionevent/{eventId}',
  'GET /v1/calendar/{accountCode}/{calendarCode}/events',
  'PUT /v1/calendar/{accountCode}/{calendarCode}/events/{id}',
  'DELETE /v1/calendar/{accountCode}/{calendarCode}/events/{id}',
];

/** Writing calls that say everything in their path. */
const BODILESS = ['POST /v1/notifications/{id}/retry'];

const OPEN = [
  ...['GET /health', 'GET /ready', 'POST /oauth2/token'],
  ...['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => `${method} /in/{listener}`),
];

let service: TestService;
let document: OpenApi;
let operations: readonly (readonly [call: string, operation: Operation])[];

beforeAll(async () => {
  service = await startTestService();
  document = (await exchange(`${service.url}/openapi.json`)).json as OpenApi;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  );
  return () => service.end();
});

test('GET /health answers without a token', async () => {
  expect(await exchange(`${service.url}/health`)).toMatchObject({
    status: 200,
    json: { status: 'ok', service: 'calreply', version: VERSION },
  });
});

describe('GET /openapi.json', () => {
  test('is an OpenAPI 3.1 document of this version', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toEqual({ title: 'CalReply webhooks', version: VERSION });
  });

  test('has every call of the service and no other', () => {
    expect(operations.map(([call]) => call).toSorted()).toEqual(CALLS.toSorted());
  });

  test('describes each call with a summary, a tag and its success', () => {
    for (const [call, { summary, tags, responses }] of operations) {
      expect(summary, call).toMatch(/^[A-Z]/);
      expect(tags, call).toHaveLength(1);
      const statuses = Object.keys(responses);
      expect(statuses.filter((status) => status.startsWith('2')).length, call).toBeGreaterThan(0);
      for (const status of statuses) expect(status, call).toMatch(/^([245]\d\d|[45]XX)$/);
    }
  });

  test('declares exactly the parameters that are in the path', () => {
    for (const [call, { parameters = [] }] of operations) {
      const inPath = [...call.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect(declared.toSorted(), call).toEqual(inPath.toSorted());
      for (const parameter of parameters) expect(parameter.schema, `${call} ${parameter.name}`).toBeTypeOf('object');
    }
  });

  test('asks for a token exactly where the service does', async () => {
    for (const [call, { security }] of operations) {
      expect(security?.length ?? 0, call).toBe(OPEN.includes(call) ? 0 : 1);
      const [method = '', path = ''] = call.split(' ');
      const url = service.url + path.replace(/\{\w+\}/g, 'any');
      const { status } = await exchange(url, { method });
      if (OPEN.includes(call)) expect(status, call).not.toBe(401);
      else expect(status, call).toBe(401);
    }
  });

  test('says what the body of each writing call is', () => {
    const writing = operations.filter(([call]) => /^(POST|PATCH) \/v/.test(call) && !BODILESS.includes(call));
    expect(writing.length).toBeGreaterThan(3);
    for (const [call, { requestBody }] of writing) {
      expect(requestBody?.content['application/json']?.schema, call).toMatchObject({ type: 'object' });
    }
  });

  test('points at nothing that is not in it', () => {
    const pointers = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, pointer]) => pointer ?? '');
    for (const pointer of pointers) {
      let place: unknown = document;
      for (const step of pointer.replace('#/', '').split('/')) place = (place as Record<string, unknown>)[step];
      expect(place, pointer).toBeTypeOf('object');
    }
  });
});
