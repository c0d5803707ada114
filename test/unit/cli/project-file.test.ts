import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseProjectFile, readProjectFile } from '../../../src/cli/project-file.js';
import { selfSigned } from '../../helpers/self-signed.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const parse = (listen: unknown) => parseProjectFile(JSON.stringify({ listen }), 'calreply.json');

test('a project file says it all', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'dev.pem'), selfSigned.cert);
  const source = join(folder, 'calreply.json');
  const route = {
    events: ['subscribe', 'Inbox'],
    to: 'https://localhost:3000/new',
    headers: { 'X-Team': 'crm', Host: 'crm.test' },
    timeout: 0,
    ca: 'dev.pem',
    insecure: true,
    mirror: false,
  };
  const listen = { name: 'crm', events: ['subscribe'], concurrency: 8, routes: [route, { to: '3001', mirror: true }] };
  writeFileSync(source, JSON.stringify({ listen }));

  const project = readProjectFile(source);

  expect(project).toMatchObject({ source, name: 'crm', eventTypes: ['Subscribe'], concurrency: 8 });
  expect(project?.routes.map(({ target, ...rest }) => ({ to: target.href, ...rest }))).toEqual([
    {
      types: ['Subscribe', 'Inbox'],
      to: 'https://localhost:3000/new',
      headers: [
        ['X-Team', 'crm'],
        ['Host', 'crm.test'],
      ],
      timeout: 0,
      ca: selfSigned.cert,
      insecure: true,
      mirror: false,
    },
    {
      types: [],
      to: 'http://localhost:3001/',
      headers: [],
      timeout: undefined,
      ca: undefined,
      insecure: false,
      mirror: true,
    },
  ]);
});

test('and may say nothing', () => {
  expect(parse({})).toEqual({
    source: 'calreply.json',
    name: undefined,
    eventTypes: undefined,
    concurrency: undefined,
    routes: [],
  });
});

describe('what is wrong is told with its place:', () => {
  const to = '3000';
  test.each<[unknown, string]>([
    [{ nam: 'x' }, 'listen.nam: nothing here is called so; there is name, events, concurrency, routes.'],
    [{ name: 'a b' }, 'name: this has to be a text of up to 64 letters, digits, dots, - and _.'],
    [{ concurrency: 0 }, 'concurrency: this has to be a whole number from 1 to 256.'],
    [{ events: 'subscribe' }, 'events: this has to be a list of types; leave it out for every type.'],
    [{ events: ['inbox'] }, 'events[0]: “inbox” is not a type of event; there are subscribe,'],
    [{ routes: {} }, 'routes: this has to be a list, such as [{"to": "localhost:3000"}].'],
    [{ routes: ['3000'] }, 'routes[0]: a route looks like {"to": "localhost:3000/hooks"}.'],
    [{ routes: [{}] }, 'routes[0].to: this is missing.'],
    [{ routes: [{ to: 3000 }] }, 'routes[0].to: this has to be a text.'],
    [{ routes: [{ to }, { to: '/hooks' }] }, 'routes[1].to: “/hooks” is nowhere to forward to.'],
    [{ routes: [{ to, event: [] }] }, 'routes[0].event: nothing here is called so; there is events, to, headers,'],
    [{ routes: [{ to, events: ['subscribed'] }] }, 'routes[0].events[0]: “subscribed” is not a type of event;'],
    [
      { routes: [{ to }, { to, timeout: '30' }] },
      'routes[1].timeout: this has to be a whole number from 0 to 2147483.',
    ],
    [{ routes: [{ to, timeout: -1 }] }, 'routes[0].timeout: this has to be a whole number from 0'],
    [{ routes: [{ to, mirror: 'yes' }] }, 'routes[0].mirror: this has to be true or false.'],
    [{ routes: [{ to, insecure: 1 }] }, 'routes[0].insecure: this has to be true or false.'],
    [{ routes: [{ to: 'http://me:swordfish@localhost' }] }, 'routes[0].to: The address of a local app has no name'],
    [{ routes: [{ to, ca: true }] }, 'routes[0].ca: this has to be a text.'],
    [{ routes: [{ to, ca: 'none.pem' }] }, 'none.pem cannot be read:'],
    [{ routes: [{ to, headers: [] }] }, 'routes[0].headers: this has to be names with values,'],
    [{ routes: [{ to, headers: { 'X-A': 1 } }] }, 'routes[0].headers.X-A: this has to be a text.'],
    [{ routes: [{ to, headers: { 'X A': 'b' } }] }, 'routes[0].headers.X A: “X A: b” is not a header.'],
    [
      { routes: [{ to, headers: { 'X-A': 'b\nX-B: c' } }] },
      'routes[0].headers.X-A: The value of the header X-A cannot',
    ],
    [
      { routes: [{ to, headers: { 'Transfer-Encoding': 'chunked' } }] },
      'routes[0].headers.Transfer-Encoding: The header Transfer-Encoding belongs to the connection and cannot be added.',
    ],
  ])('%j', (listen, sentence) => {
    expect(() => parse(listen)).toThrow(sentence);
  });

  test('all of it at once', () => {
    expect(() => parse({ name: 1, routes: [{}] })).toThrow(
      /^calreply\.json is not right:\n {2}name: .*\n {2}routes\[0\]/,
    );
  });

  test.each([
    ['{', 'calreply.json is not JSON: '],
    ['[]', 'It has to look like {"listen":'],
    ['{"routes":[]}', 'routes: nothing here is called so; there is listen.'],
    ['{"listen":[]}', 'It has to look like {"listen":'],
  ])('%s', (text, sentence) => {
    expect(() => parseProjectFile(text, 'calreply.json')).toThrow(sentence);
  });

  test('a file that is no certificate', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'dev.pem'), selfSigned.key);
    const text = JSON.stringify({ listen: { routes: [{ to, ca: 'dev.pem' }] } });
    expect(() => parseProjectFile(text, join(folder, 'calreply.json'))).toThrow('dev.pem is no certificate.');
  });
});

test('one that was named has to be there; that of the folder may be absent', () => {
  expect(() => readProjectFile(join(temporaryFolder(), 'mine.json'))).toThrow('mine.json cannot be read:');
  expect(readProjectFile(undefined)).toBeUndefined();
});
