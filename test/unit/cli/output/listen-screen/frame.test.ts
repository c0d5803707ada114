import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { frameOf } from '../../../../../src/cli/output/listen-screen/frame.js';
import { withEvent, withMessage, type ScreenState } from '../../../../../src/cli/output/listen-screen/state.js';
import { settled } from '../../../../../src/cli/output/listen-screen/window.js';
import { widthOf } from '../../../../../src/cli/output/width.js';
import type { ForwardOutcome } from '../../../../../src/tunnel/local/forward.js';
import { unsigned } from '../../../../helpers/deliveries.js';
import { HOSTILE_TEXTS, UNSAFE_CHARACTERS } from '../../../../helpers/hostile-text.js';
import {
  after,
  afterMany,
  answered,
  arrival,
  connectedScreen,
  ENTER,
  ESCAPE,
  NOW,
  seen,
  typed,
  UP,
} from '../../../../helpers/screen.js';

const timedOut: ForwardOutcome = {
  kind: 'unanswered',
  url: 'http://localhost:3000/hooks',
  error: 'timeout',
  durationMs: 30_000,
};
const type = (name: string) => ({ event: { id: 'e1', type: name, isTest: false } });

/** One of each: answered, failed, not answered, and on its way. */
function mixed(columns: number, rows: number): ScreenState {
  const failed = arrival('01k5w3zq8g7n2m4p6r8t0v2x4z', { ...type('SubscriptionDetailsUpdated'), attempt: 2 });
  const inbox = arrival(3, { ...type('Inbox'), path: '/github', query: 'a=1', body: Buffer.from('hello') });
  let state = after(connectedScreen(columns, rows), arrival(1), answered(200));
  state = after(state, failed, answered(401, '{"error":"bad signature","who":"eve@example.com"}'));
  state = after(state, inbox, timedOut, 'none');
  return after(state, arrival(4));
}

describe('60 columns', () => {
  test('have the list, and whatever is most needed of the rest', () => {
    expect(seen(mixed(60, 15))).toEqual([
      'calreply  your-account (local) · “laptop”       ● connected',
      'forwards to   http://localhost:3000/hooks',
      'public inbox  http://127.0.0.1:4280/in/lst_4x7d2',
      '  time      answer              type             about',
      '  15:04:05  200          12 ms  Subscribe        d•••@exam…',
      '  15:04:05  401          12 ms  …DetailsUpdated  d•••@exam…',
      '  15:04:05  ✗ timeout   30.0 s  Inbox            POST /git…',
      '❯ 15:04:05  …                   Subscribe        d•••@exam…',
      '',
      '',
      '',
      '',
      '',
      '                                        4 events · 2 failed',
      'q quit   ? help   ↑↓ select   enter details   r send again',
    ]);
  });

  test('have the details alone when they are open', () => {
    expect(seen(typed(mixed(60, 15), UP + UP + ENTER)).slice(3)).toEqual([
      '── ntf_01k5w3zq8g7n2m4p6r8t0v2x4z ─────────────── 1–9 of 28',
      'POST http://localhost:3000/hooks',
      '← 401  12 ms · try 2 · sig ✓',
      'The app refuses it. When it verifies signatures: over the',
      'raw body, byte for byte, and with this listener’s secret',
      '(--print-secret, or --write-env .env).',
      '',
      'answer',
      '{',
      '  "error": "bad signature",',
      '                    4 events · 2 failed · paused, 2 newer ↓',
      'esc close   ? help   ↑↓ select   space b scroll',
    ]);
  });
});

test('100 columns have the list above the details', () => {
  expect(seen(typed(mixed(100, 30), UP + UP + ENTER))).toEqual([
    'calreply  your-account (local) · “laptop”                                               ● connected',
    'forwards to   http://localhost:3000/hooks',
    'public inbox  http://127.0.0.1:4280/in/lst_4x7d2',
    '',
    '  time      answer              type             calendar           subscriber',
    '  15:04:05  200          12 ms  Subscribe        My Sports Calend…  d•••@example.com   sig ✓',
    '❯ 15:04:05  401          12 ms  …DetailsUpdated  My Sports Calend…  d•••@example.com   try 2 sig ✓',
    '  15:04:05  ✗ timeout   30.0 s  Inbox            POST /github?a=1',
    '  15:04:05  …                   Subscribe        My Sports Calend…  d•••@example.com   sig ✓',
    '',
    '',
    '',
    '',
    '── SubscriptionDetailsUpdated ntf_01k5w3zq8g7n2m4p6r8t0v2x4z ─────────────────────────── 1–14 of 27',
    'POST http://localhost:3000/hooks',
    '← 401  12 ms · try 2 · sig ✓',
    'The app refuses it. When it verifies signatures: over the raw body, byte for byte, and with this',
    'listener’s secret (--print-secret, or --write-env .env).',
    '',
    'answer',
    '{',
    '  "error": "bad signature",',
    '  "who": "e•••@example.com"',
    '}',
    '',
    'body',
    '{',
    '  "eventId": "e-01k5w3zq8g7n2m4p6r8t0v2x4z",',
    '                                                            4 events · 2 failed · paused, 2 newer ↓',
    'esc close   ? help   ↑↓ select   space b scroll   r send again   / filter   p pause   q quit',
  ]);
});

test('200 columns have the details beside the list, and say where each went', () => {
  const rows = seen(typed(mixed(200, 50), UP + UP + ENTER));

  expect(rows.slice(4, 12)).toEqual([
    '  time      answer              type             about                                         │ ── SubscriptionDetailsUpdated ntf_01k5w3zq8g7n2m4p6r8t0v2x4z ─────────────────────────────────────────',
    '  15:04:05  200          12 ms  Subscribe        d•••@example.com                 sig ✓        │ POST http://localhost:3000/hooks',
    '❯ 15:04:05  401          12 ms  …DetailsUpdated  d•••@example.com                 try 2 sig ✓  │ ← 401  12 ms · try 2 · sig ✓',
    '  15:04:05  ✗ timeout   30.0 s  Inbox            POST /github?a=1                              │ The app refuses it. When it verifies signatures: over the raw body, byte for byte, and with this',
    '  15:04:05  …                   Subscribe        d•••@example.com                 sig ✓        │ listener’s secret (--print-secret, or --write-env .env).',
    '                                                                                               │',
    '                                                                                               │ answer',
    '                                                                                               │ {',
  ]);
  expect(rows.slice(12, 48).every((row) => row[95] === '│')).toBe(true);
});

test('where there is room, the list has ids, and where each went when not all go to one place', () => {
  const elsewhere = { ...answered(200), url: 'http://localhost:3001/other' };

  expect(seen(after(mixed(200, 15), arrival(5), elsewhere)).slice(3, 9)).toEqual([
    '  time      answer              type                        calendar                      subscriber                                       sent to                       notification',
    '  15:04:05  200          12 ms  Subscribe                   My Sports Calendar            d•••@example.com                   sig ✓         localhost:3000/hooks          ntf_1',
    '  15:04:05  401          12 ms  SubscriptionDetailsUpdated  My Sports Calendar            d•••@example.com                   try 2 sig ✓   localhost:3000/hooks          ntf_01k5w3zq8g7n2m4p6r8t0v2x4z',
    '  15:04:05  ✗ timeout   30.0 s  Inbox                       POST /github?a=1                                                               localhost:3000/hooks          ntf_3',
    '  15:04:05  …                   Subscribe                   My Sports Calendar            d•••@example.com                   sig ✓                                       ntf_4',
    '❯ 15:04:05  200          12 ms  Subscribe                   My Sports Calendar            d•••@example.com                   sig ✓         localhost:3001/other          ntf_5',
  ]);
});

describe('the head tells how the link stands', () => {
  const head = (state: ScreenState) => seen(state)[0];

  test('which is trying again, and in how long', () => {
    const lost = withEvent(
      connectedScreen(),
      { kind: 'reconnecting', attempt: 1, awayMs: 0, inMs: 3_400, reason: 'the link broke' },
      NOW,
    );

    expect(head(lost)).toMatch(/ ↺ trying again in 4 s$/);
    expect(head({ ...lost, now: NOW + 2_000 })).toMatch(/ ↺ trying again in 2 s$/);
    expect(head({ ...lost, now: NOW + 9_000 })).toMatch(/ ↺ trying again$/);
    expect(head(withEvent(lost, { kind: 'connected', again: true, missed: 7, awayMs: 840_000 }, NOW))).toMatch(
      / ● connected$/,
    );
  });

  test('and what waits while the app is down', () => {
    const target = 'http://localhost:3000/hooks';
    const waiting = after(after(connectedScreen(), arrival(1)), arrival(2));
    const holding = withEvent(waiting, { kind: 'holding', target, waiting: 1, heldMs: 0 }, NOW);

    const held = (before: ScreenState, at = target) =>
      withEvent(before, { kind: 'held', delivery: unsigned({ id: 'ntf_1' }), target: at }, NOW);

    // The other one is on its way to an app that is there.
    expect(head(held(held(holding)))).toMatch(/ ✗ localhost:3000 is down · 1 waiting$/);
    expect(head(held(held(holding), 'http://localhost:4000/'))).toMatch(
      / ✗ localhost:3000, localhost:4000 are down · 2 waiting$/,
    );
    expect(head(withEvent(held(holding), { kind: 'resumed', target, waiting: 2 }, NOW))).toMatch(/ ● connected$/);
  });

  test('also where there is room for nothing else', () => {
    expect(head(connectedScreen(20, 8))).toBe('calre…  ● connected');
  });
});

test('what hangs counts its seconds', () => {
  const hanging = after(connectedScreen(), arrival(1));

  expect(seen({ ...hanging, now: NOW + 8_300 }).find((line) => line.startsWith('❯'))).toMatch(/…\s+8 s {2}Subscribe/);
});

test('several routes are in the head as far as there is room, and all in the help', () => {
  const to = 'http://localhost:3000/hooks';
  const routes = [
    { eventTypes: ['Subscribe'], to: 'http://localhost:4000/', mirror: false },
    { eventTypes: [], to, mirror: false },
  ];
  const state = connectedScreen(60, 40);
  const routed = { ...state, heading: state.heading && { ...state.heading, routes } };

  expect(seen(routed)[1]).toMatch(/^forwards {6}Subscribe to http:\/\/localhost:4000\/ · every.*…$/);
  expect(seen(typed(routed, '?')).join('\n')).toContain(
    `  Forwards\n  Subscribe to http://localhost:4000/\n  everything else to ${to}\n`,
  );
});

test('what is said and does not fit says where it is whole', () => {
  const said = withMessage(connectedScreen(60, 30), `${'long '.repeat(20)}the end`, NOW);

  expect(seen(said).at(-2)).toMatch(/^long .*… \? shows all$/);
  expect(seen(typed(said, '?')).join(' ')).toContain('the end');
});

test('what is said stands above the keys, and goes', () => {
  const said = withMessage(connectedScreen(), 'ntf_1 is on its way again.', NOW);

  expect(seen(said).at(-2)).toMatch(/^ntf_1 is on its way again\. +0 events$/);
  expect(seen({ ...said, now: NOW + 60_000 }).at(-2)).toMatch(/^ +0 events$/);
  expect(seen(typed({ ...said, now: NOW + 60_000 }, '?')).join('\n')).toContain('ntf_1 is on its way again.');
});

describe('personal data', () => {
  const shown = (reveal: boolean) => {
    const state = after(connectedScreen(100, 60, reveal), arrival(1), answered(200, 'thanks, eve@example.com'));
    return seen(typed(state, ENTER)).join('\n');
  };

  test('is masked in the list, in the request and in the answer', () => {
    expect(shown(false)).toContain('d•••@example.com');
    expect(shown(false)).toContain('"subscriberEmail": "d•••@example.com"');
    expect(shown(false)).toContain('"remoteIpAddress": "203.•••"');
    expect(shown(false)).toContain('thanks, e•••@example.com');
    expect(shown(false)).not.toMatch(/dana@|eve@|203\.0\.113/);
  });

  test('is shown when it is to be', () => {
    expect(shown(true)).toContain('"subscriberEmail": "dana@example.com"');
    expect(shown(true)).toContain('thanks, eve@example.com');
  });
});

describe('whatever others write', () => {
  const sizes = [
    [60, 15],
    [200, 50],
    [10, 3],
    [1, 1],
  ] as const;
  const texts = [
    HOSTILE_TEXTS.join(' '),
    UNSAFE_CHARACTERS.join(''),
    '日本語のカレンダー'.repeat(20),
    '👩‍👩‍👧‍👦🏳️‍🌈'.repeat(10),
    'x'.repeat(10_000),
    `Z${'\u0301'.repeat(1_000)}`,
    '\ud800 half of a pair',
    '',
  ];

  test.each(sizes)('nothing is wider or longer than %i × %i, and no text acts on the terminal', (columns, rows) => {
    for (const text of texts) {
      const body = JSON.stringify({
        [text]: text,
        eventDetails: { subscription: { calendarTitle: text, subscriberEmail: text } },
      });
      const hostile = arrival(text, {
        ...type(text),
        method: text,
        path: text,
        query: text,
        headers: [[text, text]],
        body: Buffer.from(body),
      });
      const heading = {
        account: text,
        profile: text,
        listener: text,
        eventTypes: [text],
        routes: [{ eventTypes: [text], to: text, mirror: false }],
        inboxUrl: text,
        secret: text,
      };
      const start = { ...connectedScreen(columns, rows, true), heading };
      const outcome = { ...answered(302, text), url: text, location: text };
      const state = withMessage(after(start, hostile, outcome), text, NOW);
      for (const keys of [ENTER, '?', `/${'日'.repeat(60)}`, ENTER + ESCAPE]) {
        expectSafe(typed(state, keys));
      }
    }
  });

  test.each(HOSTILE_TEXTS)('%j is only a text of the list', (text) => {
    expectSafe(after(connectedScreen(100, 30, true), arrival(text, type(text)), { ...answered(200), url: text }));
  });

  function expectSafe(state: ScreenState): void {
    const frame = frameOf(settled(state));
    expect(frame).toHaveLength(state.size.rows);
    for (const { column, text } of frame.flat()) {
      expect(column + widthOf(stripVTControlCharacters(text))).toBeLessThanOrEqual(Math.max(state.size.columns, 1));
      expect(text.replace(COLORS, '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(text).not.toMatch(/\p{M}{4}/u);
    }
  }

  // eslint-disable-next-line no-control-regex
  const COLORS = /\u001b\[\d+m/g;
});

test('a thousand deliveries are drawn like ten', () => {
  expect(seen(afterMany(connectedScreen(60, 15), 1_000)).at(-2)).toBe(' '.repeat(48) + '1000 events');
});
