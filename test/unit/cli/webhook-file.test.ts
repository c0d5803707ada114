import { describe, expect, test } from 'vitest';
import { parseWebhookFile } from '../../../src/cli/webhook-file.js';

const variables: Readonly<Record<string, string>> = { CRM_TOKEN: 's3cret', EMPTY: '' };
const parse = (text: string, source = 'webhooks.yaml') => parseWebhookFile(text, source, (name) => variables[name]);
const parseValue = (value: unknown) => parse(JSON.stringify(value));
const one = (webhook: object) => parseValue({ webhooks: [{ url: 'https://example.com', ...webhook }] });

const A = { url: 'https://example.com/', eventTypes: [], headers: [], enabled: true };

describe('a file', () => {
  test('is YAML, with either spelling of a type, and what is absent has its default', async () => {
    const text = [
      'webhooks:',
      '  - url: HTTPS://Example.com:443#part',
      '  - url: https://example.com/b',
      '    events: [subscribe, SubscriptionEventAdded, Subscribe] # twice counts once',
      '    headers: { X-Team: crm }',
      '    enabled: false',
    ].join('\n');
    expect(await parse(text)).toEqual([
      A,
      {
        url: 'https://example.com/b',
        eventTypes: ['Subscribe', 'SubscriptionEventAdded'],
        headers: [{ name: 'X-Team', value: 'crm', shown: 'crm' }],
        enabled: false,
      },
    ]);
  });

  test('is JSON, also where YAML would take it for something else', async () => {
    expect(await parse('{\n\t"webhooks": [\n\t\t{"url": "https://example.com"}\n\t]\n}')).toEqual([A]);
  });

  test('may want no webhook at all', async () => {
    expect(await parse('webhooks: []')).toEqual([]);
  });

  test('takes values of headers from the environment, and shows their names only', async () => {
    const headers = { Authorization: 'Bearer ${CRM_TOKEN}', 'X-Plain': '$${CRM_TOKEN} $5' };
    expect((await one({ headers }))[0]?.headers).toEqual([
      { name: 'Authorization', value: 'Bearer s3cret', shown: 'Bearer ${CRM_TOKEN}' },
      { name: 'X-Plain', value: '${CRM_TOKEN} $5', shown: '$${CRM_TOKEN} $5' },
    ]);
  });
});

describe('what is wrong is told with its place:', () => {
  test.each<[string, unknown, string]>([
    ['nothing', null, 'It has to start with “webhooks:” and a list.'],
    ['a list without a name', [], 'It has to start with “webhooks:” and a list.'],
    ['no list', { webhooks: {} }, 'webhooks: this has to be a list'],
    ['an unknown key', { webhooks: [], hooks: [] }, 'hooks: nothing here is called so; there is webhooks.'],
    ['no webhook', { webhooks: ['https://example.com'] }, 'webhooks[0]: a webhook looks like'],
    ['no URL', { webhooks: [{}] }, 'webhooks[0].url: this is missing.'],
    ['a URL that is none', { webhooks: [{ url: 'x' }] }, 'webhooks[0].url: “x” is not a URL.'],
    ['a URL that is no text', { webhooks: [{ url: 5 }] }, 'webhooks[0].url: this has to be text.'],
    [
      'a URL twice, in two spellings',
      { webhooks: [{ url: 'https://example.com' }, { url: 'https://EXAMPLE.com/#x' }] },
      'webhooks[1].url: webhooks[0] has the same URL, https://example.com/.',
    ],
  ])('%s', async (_, value, reason) => {
    await expect(parseValue(value)).rejects.toMatchObject({
      code: 'WrongUse',
      message: expect.stringContaining(`webhooks.yaml is not right: ${reason}`),
    });
  });

  test.each<[string, object, string]>([
    ['an unknown key', { event: [] }, 'webhooks[0].event: nothing here is called so; there is url, events,'],
    ['a type that is none', { events: ['test', 'subscribed'] }, 'webhooks[0].events[1]: “subscribed” is not a type'],
    ['a type without a list', { events: 'test' }, 'webhooks[0].events: this has to be a list'],
    ['no type', { events: [] }, 'webhooks[0].events: this names no type; leave it out for every type.'],
    ['a switch that is none', { enabled: 'yes' }, 'webhooks[0].enabled: this has to be true or false.'],
    ['headers without names', { headers: ['X-A: b'] }, 'webhooks[0].headers: this has to be names with values'],
    ['a number as a header', { headers: { 'X-A': 5 } }, 'webhooks[0].headers.X-A: this has to be text'],
    ['a header of the service', { headers: { Host: 'x' } }, 'webhooks[0].headers.Host: The header Host is set by'],
    ['a header twice', { headers: { 'X-A': '1', 'x-a': '2' } }, 'webhooks[0].headers.x-a: this header is there'],
    [
      'a variable that is not set',
      { headers: { 'X-A': '${NO_SUCH}' } },
      'webhooks[0].headers.X-A: the environment has no NO_SUCH.',
    ],
    [
      'a variable that is empty, as CI has it for a secret that there is not',
      { headers: { Authorization: 'Bearer ${EMPTY}' } },
      'webhooks[0].headers.Authorization: EMPTY is empty in the environment.',
    ],
  ])('%s', async (_, webhook, reason) => {
    await expect(one(webhook)).rejects.toMatchObject({ message: expect.stringContaining(reason) });
  });

  test('all of it at once, each on a line of its own', async () => {
    const wrong = { webhooks: [{ url: 'x', event: [] }, { url: 'y' }] };
    await expect(parseValue(wrong)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^webhooks\.yaml is not right:\n {2}webhooks\[0\]\.event: .*\n {2}webhooks\[0\]\.url: .*\n {2}webhooks\[1\]\.url: .*$/,
      ),
    });
  });

  test.each([
    ['webhooks.yaml', 'webhooks:\n  - url: "a\n', /^webhooks\.yaml is not YAML in line \d, column \d+: [^\n]+\.$/],
    ['webhooks.yaml', 'webhooks:\n - url: a\n   url: b\n', /not YAML in line 3, column 4: Map keys must be unique\.$/],
    ['webhooks.json', '{"webhooks": [}\n', /^webhooks\.json is not JSON: [^\n]+\.$/],
  ])('text that %s cannot be', async (source, text, reason) => {
    await expect(parse(text, source)).rejects.toMatchObject({
      code: 'WrongUse',
      message: expect.stringMatching(reason),
    });
  });
});
