import { describe, expect, test } from 'vitest';
import type { Story } from '../../../src/trigger/plan.js';
import { eventFrom, recorded, recordedLine } from '../../../src/trigger/recording.js';

const event = { eventType: 'Subscribe', eventDetails: { a: [1, { b: null }] } };
const withId = { eventId: 'bb94f4ae-3a1a-4a3c-8f3c-6a1de3d3b7a1', ...event };
const at = '2026-11-23T12:00:00.000Z';

describe('a line of a recording', () => {
  test.each([
    ['an Event Object', event],
    ['an Event Object with an id, which may exist', withId],
    ['a line of listen --json', { type: 'event', at, notification: 'ntf_1', event: withId, bodyBase64: '' }],
    ['what events show --json prints', { eventId: withId.eventId, source: 'trigger', event: withId, request: null }],
  ])('that is %s gives the event, without its id', (_, line) => {
    expect(recordedLine(JSON.stringify(line), 'Line 1').event).toEqual(event);
  });

  test.each([
    ['empty', ''],
    ['blank, with the end of line of Windows', ' \r'],
    ['what listen --json tells besides', JSON.stringify({ type: 'forwarded', at, notification: 'ntf_1' })],
    ['what came in at an inbox and is no Event Object', JSON.stringify({ type: 'event', at, event: null })],
  ])('that is %s is skipped', (_, line) => {
    expect(recordedLine(line, 'Line 1').event).toBeUndefined();
  });

  test.each(['{}', '[]', '5', 'null', '{"type":"Subscribe"}', '{"eventType":"Test"}', '{"event":{"eventType":5}}'])(
    '%s is an error that names the line',
    (line) => {
      expect(() => recordedLine(line, 'Line 7 of run.ndjson')).toThrow('Line 7 of run.ndjson holds no event.');
    },
  );

  test('that is no JSON is an error that names the line', () => {
    expect(() => recordedLine('{', 'Line 7 of run.ndjson')).toThrow(/^Line 7 of run\.ndjson is not valid JSON: /);
  });
});

describe('a recording', () => {
  test('is read no further than it is sent', async () => {
    let read = 0;
    const endless = async function* () {
      for (;;) yield await Promise.resolve(`${JSON.stringify(event)} ${' '.repeat(read++ % 3)}`);
    };
    const stories = recorded(endless(), 'run.ndjson', { set: {}, to: undefined }).stories as AsyncGenerator<Story>;
    const first = [await stories.next(), await stories.next()];

    expect(first.map(({ value }) => (value as Story)[0]?.place)).toEqual([0, 1]);
    expect(read).toBeLessThanOrEqual(2);
    await stories.return(undefined);
  });

  test('numbers its lines as an editor does, skipped ones included', async () => {
    const lines = ['\uFEFF{"type":"ready","at":""}', '', JSON.stringify(event)];
    const origins: unknown[] = [];
    for await (const [step] of recorded(listOf(lines), 'run.ndjson', { set: { x: '1' }, to: ['whk_1'] }).stories)
      origins.push(step);

    expect(origins).toEqual([
      {
        kind: 'trigger',
        place: 0,
        origin: 'Line 3 of run.ndjson',
        request: { event, set: { x: '1' }, to: ['whk_1'] },
      },
    ]);
  });

  test('may end in the middle of a line, as when its writer was killed', async () => {
    const whole = JSON.stringify({ type: 'event', at, notification: 'ntf_1', event });

    expect(await eventsOf([whole, whole.slice(0, 40)])).toEqual([event]);
    await expect(eventsOf([whole.slice(0, 40), whole])).rejects.toThrow(/^Line 1 of run\.ndjson is not valid JSON: /);
  });

  test('has an event once, however often its notification was tried', async () => {
    const tried = (notification: string, attempt: number) =>
      JSON.stringify({ type: 'event', at, notification, attempt, event });

    expect(await eventsOf([tried('ntf_1', 1), tried('ntf_2', 1), tried('ntf_1', 2)])).toEqual([event, event]);
  });

  test('counts what came in at an inbox and is no Event Object', async () => {
    const inbox = JSON.stringify({ type: 'event', at, notification: 'ntf_1', eventType: 'Inbox', event: null });
    const plan = recorded(listOf([inbox, JSON.stringify(event), inbox]), 'run.ndjson', { set: {}, to: undefined });
    for await (const story of plan.stories) expect(story).toHaveLength(1);

    expect(plan.inboxRequests?.()).toBe(2);
  });

  test('without an event is an error', async () => {
    const { stories } = recorded(listOf(['']), 'run.ndjson', { set: {}, to: undefined });
    await expect((stories as AsyncGenerator).next()).rejects.toThrow('There is no event in run.ndjson.');
  });
});

describe('an Event Object that is given', () => {
  test('is taken as it is, with its id', () => {
    expect(eventFrom(JSON.stringify({ ...withId, more: 1 }), 'event.json')).toEqual({ ...withId, more: 1 });
  });

  test('may leave its type to whoever names one', () => {
    expect(eventFrom('{"eventDetails":{}}', 'event.json', 'test')).toEqual({ eventType: 'test', eventDetails: {} });
  });

  test.each([
    ['[]', 'event.json holds no JSON object.'],
    ['{}', 'it has no eventType that is text, and no eventDetails that are an object.'],
    ['{"eventType":"Test","eventDetails":[]}', 'it has no eventDetails that are an object.'],
    ['{"eventType":5,"eventDetails":{}}', 'it has no eventType that is text.'],
    ['nonsense', 'event.json is not valid JSON: '],
  ])('%s is refused with what it lacks', (text, reason) => {
    expect(() => eventFrom(text, 'event.json')).toThrow(reason);
  });
});

async function eventsOf(lines: readonly string[]): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const [step] of recorded(listOf(lines), 'run.ndjson', { set: {}, to: undefined }).stories)
    if (step?.kind === 'trigger') events.push(step.request.event);
  return events;
}

async function* listOf(lines: readonly string[]): AsyncGenerator<string> {
  for (const line of lines) yield await Promise.resolve(line);
}
