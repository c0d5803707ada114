import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { askedFor, type TriggerFlags } from '../../../src/cli/trigger-plan.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

/** What is opened for it is closed with the test. */
function asked(type: string | undefined, flags: TriggerFlags) {
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  return askedFor(type, flags, ending.signal);
}

function file(name: string, text: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

describe('one event is asked for', () => {
  test('by its type, with all that the sample takes', async () => {
    const one = await asked('subscribe', { seed: 7, calendar: 'shows', set: ['a=b=c'] });
    expect(one.kind === 'one' && one.request(['whk_1'])).toEqual({
      eventType: 'Subscribe',
      seed: 7,
      calendarCode: 'shows',
      set: { a: 'b=c' },
      to: ['whk_1'],
    });
  });

  test.each(['{"eventDetails":{"a":1}}', '{"eventType":"unsubscribe","eventDetails":{"a":1}}'])(
    'by its data: %s',
    async (text) => {
      const one = await asked('unsubscribe', { data: file('event.json', text) });
      expect(one.kind === 'one' && one.request(undefined)).toEqual({
        event: { eventType: 'Unsubscribe', eventDetails: { a: 1 } },
        set: {},
        to: undefined,
      });
    },
  );
});

test.each<[string | undefined, TriggerFlags, number | undefined]>([
  ['subscribe', { count: 50 }, 50],
  ['subscribe', { count: 1 }, 1],
  [undefined, { scenario: 'churn' }, 4],
  [undefined, { scenario: 'churn', count: 10 }, 40],
  [undefined, { scenario: 'burst' }, 100],
  [undefined, { scenario: 'burst', count: 7 }, 7],
])('%s with %j is a run of %d', async (type, flags, total) => {
  const many = await asked(type, flags);
  expect(many.kind === 'many' && many.plan(undefined).total).toBe(total);
});

test('a recording is a run of nobody knows how many, one after another', async () => {
  const many = await asked(undefined, { from: file('run.ndjson', '{"eventType":"Test","eventDetails":{}}\n') });
  expect(many.kind === 'many' && many.plan(undefined)).toMatchObject({ total: undefined, concurrency: 1 });
});

describe('it is wrong use when', () => {
  test.each<[string, string | undefined, TriggerFlags, string]>([
    ['nothing says what to send', undefined, {}, 'Say which type of event, or give one with --data.'],
    [
      'a scenario has a type beside it',
      'subscribe',
      { scenario: 'churn' },
      '--scenario churn says which types are sent: leave “subscribe” out.',
    ],
    [
      'a recording has a type beside it',
      'subscribe',
      { from: 'run.ndjson' },
      '--from says which types are sent: leave “subscribe” out.',
    ],
    [
      'one event has a rate',
      'subscribe',
      { rate: '10/s' },
      '--rate is for many events: add --count, --from or --scenario.',
    ],
    [
      'a burst has a rate',
      undefined,
      { scenario: 'burst', rate: '10/s' },
      'A burst is as fast as the service takes it: leave --rate out.',
    ],
    ['a value to set is none', 'subscribe', { set: ['zip'] }, '“zip” is not of the form --set path=value.'],
    ['a recording is not there', undefined, { from: '/nowhere' }, '/nowhere cannot be read: there is no such file'],
    ['the type is none', 'subscribed', {}, '“subscribed” is not a type of event.'],
  ])('%s', async (_, type, flags, reason) => {
    await expect(asked(type, flags)).rejects.toThrow(reason);
  });

  test('an event is of another type than the command says', async () => {
    const data = file('event.json', '{"eventType":"Subscribe","eventDetails":{}}');
    await expect(asked('unsubscribe', { data })).rejects.toThrow(
      `${data} holds a Subscribe, and the command says Unsubscribe. Leave the type out of one of them.`,
    );
  });

  test('an event is a recording, and says how those are sent', async () => {
    const line = '{"eventType":"Subscribe","eventDetails":{}}';
    await expect(asked(undefined, { data: file('run.ndjson', `${line}\n${line}\n`) })).rejects.toMatchObject({
      code: 'WrongUse',
      hint: 'It looks like a recording, one event a line. Send those with: --from',
    });
    await expect(asked(undefined, { data: file('event.json', '{') })).rejects.toMatchObject({ hint: undefined });
  });

  test('an event with an id of its own is sent more than once', async () => {
    const event = { eventId: 'bb94f4ae-3a1a-4a3c-8f3c-6a1de3d3b7a1', eventType: 'Test', eventDetails: {} };
    const data = file('event.json', JSON.stringify(event));
    await expect(asked(undefined, { data, count: 2 })).rejects.toThrow(
      `${data} has an eventId, and there can be one such event: leave it out, or --count.`,
    );
    await expect(asked(undefined, { data, count: 1 })).resolves.toMatchObject({ kind: 'many' });
  });
});
