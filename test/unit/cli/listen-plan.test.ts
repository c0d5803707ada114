import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listenPlan } from '../../../src/cli/listen-plan.js';
import { rehearsalsOf } from '../../../src/cli/rehearsal-flags.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

/** A project file with these settings. */
function projectFile(listen: unknown): string {
  const path = join(temporaryFolder(), 'calreply.json');
  writeFileSync(path, JSON.stringify({ listen }));
  return path;
}

const plan = (flags: Partial<Parameters<typeof listenPlan>[0]>) => listenPlan({ insecure: false, ...flags });
const targets = ({ routes }: ReturnType<typeof listenPlan>) =>
  routes.map(({ target, mirror }) => `${target.href}${mirror ? ' mirror' : ''}`);

describe('where a listener forwards to', () => {
  test('is what the flags say', () => {
    const said = plan({
      'forward-to': ['subscribe=3000/new', '3000'],
      'mirror-to': ['4000'],
      header: ['X-Team: crm'],
      name: 'mine',
    });
    expect(targets(said)).toEqual([
      'http://localhost:3000/new',
      'http://localhost:3000/',
      'http://localhost:4000/ mirror',
    ]);
    expect(said).toMatchObject({ name: 'mine', eventTypes: [], notices: [] });
    for (const route of said.routes) expect(route).toMatchObject({ timeout: 30_000, headers: [['X-Team', 'crm']] });
  });

  test('is what the project file says, which is told', () => {
    const config = projectFile({
      name: 'crm',
      concurrency: 4,
      routes: [{ events: ['test'], to: '3000', timeout: 5, headers: { 'X-Own': 'a' } }],
    });
    const said = plan({ config });
    expect(targets(said)).toEqual(['http://localhost:3000/']);
    expect(said).toMatchObject({
      name: 'crm',
      concurrency: 4,
      eventTypes: ['Test'],
      notices: [`Routes from ${config}.`],
      routes: [{ timeout: 5_000, headers: [['X-Own', 'a']] }],
    });
  });

  test('flags beat the file', () => {
    const config = projectFile({ name: 'crm', routes: [{ to: '3000', timeout: 5, headers: { 'X-Own': 'a' } }] });
    const said = plan({ config, name: 'mine', timeout: 0, header: ['X-Team: crm'], events: ['test'] });
    expect(said).toMatchObject({ name: 'mine', eventTypes: ['Test'] });
    expect(said.routes).toMatchObject([
      {
        timeout: 0,
        headers: [
          ['X-Own', 'a'],
          ['X-Team', 'crm'],
        ],
      },
    ]);
    const replaced = plan({ config, 'forward-to': ['4000'] });
    expect(targets(replaced)).toEqual(['http://localhost:4000/']);
    expect(replaced.notices).toEqual([`Settings from ${config}, but for its routes: --forward-to beats them.`]);
  });

  test('has to be somewhere', () => {
    expect(() => plan({})).toThrow(
      expect.objectContaining({
        code: 'WrongUse',
        message:
          'There is nowhere to forward to: no --forward-to is given, and there is no calreply.json with routes here.',
        hint: 'Name the local app, such as --forward-to localhost:3000, or put routes into calreply.json.',
      }),
    );
    const config = projectFile({ name: 'crm' });
    expect(() => plan({ config, 'mirror-to': ['3000'] })).toThrow(
      `There is nowhere to forward to: no --forward-to is given, and ${config} has no routes. A mirror gets copies only.`,
    );
  });

  test('is told when any certificate is taken', () => {
    expect(plan({ 'forward-to': ['https://localhost:3000', '4000'], insecure: true }).notices).toEqual([
      'Any certificate is taken from localhost:3000, as --insecure says.',
    ]);
    expect(plan({ 'forward-to': ['4000'], insecure: true }).notices).toEqual([]);
    const config = projectFile({ routes: [{ to: 'https://localhost:3000', insecure: true }] });
    expect(plan({ config }).notices).toContain(`Any certificate is taken from localhost:3000, as ${config} says.`);
    expect(plan({ config, insecure: true }).notices).toContain(
      'Any certificate is taken from localhost:3000, as --insecure says.',
    );
  });
});

describe('what is tried with a handler', () => {
  const none = { 'bad-signature': false, duplicate: false };

  test('is nothing, or what the flags say', () => {
    expect(rehearsalsOf(none)).toBeUndefined();
    const said = { ...none, stale: '10m', delay: '1.5s', drop: '2.5%', seed: 7 };
    expect(rehearsalsOf(said)).toMatchObject({ badSignature: false, stale: 600_000, delay: 1_500, drop: 0.025 });
    expect(rehearsalsOf(said)?.random()).toBe(rehearsalsOf(said)?.random());
  });

  test.each([
    [{ stale: 'long' }, '--stale takes a length of time up to a day; “long” is none.'],
    [{ stale: '0s' }, '“0s” is none.'],
    [{ delay: '2' }, '--delay takes a length of time'],
    [{ delay: '200h' }, '“200h” is none.'],
    [{ drop: '5' }, '--drop takes a share of up to 100%; “5” is none.'],
    [{ drop: '0%' }, '“0%” is none.'],
    [{ drop: '101%' }, '“101%” is none.'],
    [{ stale: '10m', 'sign-as': 'whk_1' }, '--stale cannot be used with --sign-as'],
  ])('%j is refused', (flags, sentence) => {
    expect(() => rehearsalsOf({ ...none, ...flags })).toThrow(sentence);
  });
});

test('a header that belongs to the connection cannot be added', () => {
  expect(() => plan({ 'forward-to': ['3000'], header: ['X-Team: crm', 'Content-Length: 1'] })).toThrow(
    'The header Content-Length belongs to the connection and cannot be added.',
  );
});

test('a replay asks for no type, so a route for the inbox alone will do', () => {
  const flags = { 'forward-to': ['inbox=3000'] };
  expect(() => plan(flags)).toThrow('Only what comes in at the inbox has a route');
  expect(plan({ ...flags, replay: 'run.ndjson' })).toMatchObject({ eventTypes: [] });
});
