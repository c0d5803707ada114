import { stripVTControlCharacters } from 'node:util';
import type { ForwardOutcome } from '../../src/tunnel/local/forward.js';
import type { Deliver } from '../../src/tunnel/protocol.js';
import { keyReader } from '../../src/cli/output/listen-screen/keys.js';
import { withKey } from '../../src/cli/output/listen-screen/actions.js';
import { frameOf } from '../../src/cli/output/listen-screen/frame.js';
import { initialState, withEvent, type ScreenState } from '../../src/cli/output/listen-screen/state.js';
import { settled } from '../../src/cli/output/listen-screen/window.js';
import { widthOf } from '../../src/cli/output/width.js';

/** 15:04:05 where the test runs. */
export const NOW = new Date(2026, 10, 23, 15, 4, 5).getTime();

/** A listener's screen of this size that just connected. */
export function connectedScreen(columns = 100, rows = 30, reveal = false): ScreenState {
  const heading = {
    account: 'your-account',
    profile: 'local',
    listener: 'laptop',
    eventTypes: [],
    routes: [{ eventTypes: [], to: 'http://localhost:3000/hooks', mirror: false }],
    inboxUrl: 'http://127.0.0.1:4280/in/lst_4x7d2',
    secret: null,
  };
  const state = { ...initialState({ columns, rows }, reveal, NOW), heading };
  return withEvent(state, { kind: 'connected', again: false, missed: 0, awayMs: null }, NOW);
}

/** A notification `ntf_<name>` of somebody who subscribed. */
export function arrival(name: string | number, changes: Partial<Deliver> = {}): Deliver {
  const event = {
    eventId: `e-${name}`,
    eventType: 'Subscribe',
    eventDetails: {
      subscription: {
        calendarTitle: 'My Sports Calendar',
        subscriberEmail: 'dana@example.com',
        remoteIpAddress: '203.0.113.7',
      },
    },
  };
  return {
    type: 'deliver',
    id: `ntf_${name}`,
    attempt: 1,
    event: { id: `e-${name}`, type: 'Subscribe', isTest: false },
    method: 'POST',
    path: '',
    query: '',
    headers: [['content-type', 'application/json']],
    body: Buffer.from(JSON.stringify(event)),
    ...changes,
  };
}

export const answered = (status: number, answer = '', durationMs = 12): ForwardOutcome => ({
  kind: 'answered',
  url: 'http://localhost:3000/hooks',
  status,
  answer,
  durationMs,
});

/** The state after a delivery came, and, with an outcome, went. */
export function after(
  state: ScreenState,
  delivery: Deliver,
  outcome?: ForwardOutcome,
  signature: 'valid' | 'invalid' | 'none' = 'valid',
): ScreenState {
  const came = withEvent(state, { kind: 'delivery', delivery, signature }, NOW);
  return outcome ? withEvent(came, { kind: 'forwarded', delivery, outcome }, NOW) : came;
}

/** The state after so many deliveries that were answered 200, from `ntf_1` on. */
export function afterMany(state: ScreenState, count: number): ScreenState {
  return Array.from({ length: count }, (_, index) => arrival(index + 1)).reduce(
    (before, delivery) => after(before, delivery, answered(200)),
    state,
  );
}

/** The state after these keys were typed, as a terminal sends them. */
export function typed(state: ScreenState, input: string): ScreenState {
  const reader = keyReader();
  return [...reader.read(input), ...reader.flush()].reduce((before, key) => withKey(before, key).state, state);
}

export const UP = '\u001b[A';
export const DOWN = '\u001b[B';
export const PAGE_UP = '\u001b[5~';
export const PAGE_DOWN = '\u001b[6~';
export const HOME = '\u001b[H';
export const END = '\u001b[F';
export const ENTER = '\r';
export const ESCAPE = '\u001b';

/** What a person sees: the rows without colours, and without the spaces at their ends. */
export function seen(state: ScreenState): string[] {
  return frameOf(settled(state)).map((row) =>
    row
      .reduce((line, { column, text }) => {
        const shown = line + ' '.repeat(Math.max(column - widthOf(line), 0));
        return shown + stripVTControlCharacters(text);
      }, '')
      .trimEnd(),
  );
}
