import { describe, expect, test } from 'vitest';
import { withKey, withRetryAnswer } from '../../../../../src/cli/output/listen-screen/actions.js';
import { MOST_BYTES, MOST_KEPT } from '../../../../../src/cli/output/listen-screen/kept.js';
import type { ScreenState } from '../../../../../src/cli/output/listen-screen/state.js';
import {
  after,
  afterMany,
  answered,
  arrival,
  connectedScreen,
  DOWN,
  END,
  ENTER,
  ESCAPE,
  HOME,
  PAGE_DOWN,
  PAGE_UP,
  seen,
  typed,
  UP,
} from '../../../../helpers/screen.js';

/** The notifications in the list, from its first row on, the selected one with a mark. */
function listed(state: ScreenState): string[] {
  return seen(state).flatMap((line) => {
    const [, mark, id] = /^(❯?).*(ntf_\w+)$/.exec(line) ?? [];
    return id === undefined ? [] : [(mark ?? '') + id];
  });
}

/** Wide enough for ids, with ten rows of the list. */
const tenRows = () => connectedScreen(150, 16);

describe('the list', () => {
  test('follows the newest, which is the selected one', () => {
    const ids = listed(afterMany(tenRows(), 20));

    expect(ids).toHaveLength(10);
    expect(ids.slice(0, 2)).toEqual(['ntf_11', 'ntf_12']);
    expect(ids.slice(-2)).toEqual(['ntf_19', '❯ntf_20']);
  });

  test('stands still while one above the newest is selected, whatever comes', () => {
    const before = typed(afterMany(tenRows(), 20), UP);
    const later = after(after(before, arrival('x'), answered(200)), arrival('y'), answered(200));

    expect(listed(later)).toEqual(listed(before));
    expect(seen(later).join('\n')).toContain('paused, 3 newer ↓');
  });

  test('moves no further than the selected one needs', () => {
    const bottom = listed(typed(afterMany(tenRows(), 20), UP));
    const rows = bottom.length;
    const top = listed(typed(afterMany(tenRows(), 20), UP.repeat(rows - 1)));

    expect(top[0]).toBe(`❯ntf_${20 - rows + 1}`);
    expect(listed(typed(afterMany(tenRows(), 20), UP.repeat(rows)))[0]).toBe(`❯ntf_${20 - rows}`);
  });

  test('follows again from below the newest, with End, and with p', () => {
    for (const keys of [DOWN + DOWN, END, 'G', 'p']) {
      const state = after(typed(typed(afterMany(tenRows(), 20), UP), keys), arrival('new'), answered(200));

      expect(listed(state).at(-1)).toBe('❯ntf_new');
    }
  });

  test('p stays at the newest while more come', () => {
    const state = after(typed(afterMany(tenRows(), 20), 'p'), arrival('new'), answered(200));

    expect(listed(state).at(-1)).toBe('❯ntf_20');
  });

  test('goes by pages, to the first and to the last', () => {
    const many = afterMany(tenRows(), 100);

    expect(listed(typed(many, HOME))[0]).toBe('❯ntf_1');
    expect(listed(typed(many, HOME + PAGE_DOWN)).find((id) => id.startsWith('❯'))).not.toBe('❯ntf_1');
    expect(listed(typed(many, HOME + PAGE_DOWN + PAGE_UP))[0]).toBe('❯ntf_1');
    expect(listed(typed(many, PAGE_UP + PAGE_UP + END)).at(-1)).toBe('❯ntf_100');
  });

  test('c clears it, and what comes then is there alone', () => {
    const state = after(typed(typed(afterMany(tenRows(), 20), UP), 'c'), arrival('new'), answered(200));

    expect(listed(state)).toEqual(['❯ntf_new']);
    expect(seen(state).join('\n')).toContain('21 events');
  });

  test('keys mean nothing where there is nothing', () => {
    const state = typed(tenRows(), UP + DOWN + PAGE_UP + PAGE_DOWN + HOME + END + 'pcjkbgGJK' + ENTER + ESCAPE);

    expect(seen(state).join('\n')).toContain('Waiting for the first event');
  });
});

describe('a filter', () => {
  const mixed = () =>
    [200, 404, 500, 503].reduce(
      (state, status) => after(state, arrival(`of_${status}`), answered(status)),
      after(tenRows(), arrival('waiting')),
    );

  test.each([
    ['5xx', ['ntf_of_500', '❯ntf_of_503']],
    ['404', ['❯ntf_of_404']],
    ['failed', ['ntf_of_404', 'ntf_of_500', '❯ntf_of_503']],
    ['waiting', ['❯ntf_waiting']],
    ['SPORTS of_2', ['❯ntf_of_200']],
    ['failed 50x', ['ntf_of_500', '❯ntf_of_503']],
  ])('“%s” shows what it says, at once and after enter', (filter, ids) => {
    expect(listed(typed(mixed(), `/${filter}`))).toEqual(ids);
    expect(listed(typed(mixed(), `/${filter}${ENTER}`))).toEqual(ids);
  });

  test('that nothing fits says how to see all again, and escape does it', () => {
    const state = typed(mixed(), `/nobody${ENTER}`);

    expect(seen(state).join('\n')).toContain('Nothing here fits “nobody”');
    expect(listed(typed(state, ESCAPE))).toHaveLength(5);
  });

  test('is typed with the letters that are keys elsewhere, and corrected', () => {
    const state = typed(mixed(), '/qrcp\u007f\u007f\u007f\u007f404');

    expect(listed(state)).toEqual(['❯ntf_of_404']);
    expect(seen(state).at(-1)).toContain('/ 404');
  });

  test('keeps following what fits', () => {
    const state = after(typed(mixed(), `/5xx${ENTER}`), arrival('late'), answered(502));

    expect(listed(state).at(-1)).toBe('❯ntf_late');
  });
});

describe('asks for', () => {
  const pressed = (state: ScreenState, text: string) => withKey(state, { text, isPasted: false }).request;

  test('the selected one to be sent again, or else the newest', () => {
    const many = afterMany(tenRows(), 3);

    expect(pressed(many, 'r')).toEqual({ kind: 'retry', id: 'ntf_3' });
    expect(pressed(typed(many, UP + UP), 'r')).toEqual({ kind: 'retry', id: 'ntf_1' });
  });

  test('nothing when there is nothing to send, and says so', () => {
    expect(pressed(tenRows(), 'r')).toBeUndefined();
    expect(seen(typed(tenRows(), 'r')).join('\n')).toContain('There is nothing to send again yet.');
  });

  test('an end, an interrupt and a stop, also while a filter is typed', () => {
    expect(pressed(tenRows(), 'q')).toEqual({ kind: 'quit' });
    for (const name of ['interrupt', 'suspend', 'redraw'] as const) {
      expect(withKey(typed(tenRows(), '/5'), { name }).request).toEqual({ kind: name });
    }
  });

  test('nothing that is pasted', () => {
    const pasted = { text: 'q', isPasted: true };

    expect(withKey(tenRows(), pasted).request).toBeUndefined();
    expect(seen(withKey(typed(tenRows(), '/'), pasted).state).at(-1)).toContain('/ q');
  });
});

test('who sends one again that is above the newest sees its next attempt when it comes', () => {
  const paused = typed(afterMany(tenRows(), 5), UP + UP + 'r');
  const state = after(paused, arrival(3, { attempt: 2 }), answered(200));

  expect(seen(state).find((line) => line.startsWith('❯'))).toContain('try 2');
});

test('who was refused one is not led away to it when it comes by itself', () => {
  const asked = typed(afterMany(tenRows(), 5), UP + UP + 'r');
  const refused = withRetryAnswer(asked, 'ntf_3', { isSent: false, text: '✗ It is being sent.' });
  const state = after(typed(refused, UP), arrival(3, { attempt: 2 }), answered(200));

  expect(seen(refused).join('\n')).toContain('✗ It is being sent.');
  expect(listed(state).find((id) => id.startsWith('❯'))).toBe('❯ntf_2');
});

describe('what is kept', () => {
  test('is the last thousand, and counts go on', () => {
    const state = afterMany(tenRows(), MOST_KEPT + 5);

    expect(state.kept.exchanges).toHaveLength(MOST_KEPT);
    expect(state.kept.exchanges[0]?.id).toBe('ntf_6');
    expect(state.counts).toMatchObject({ arrived: MOST_KEPT + 5, answered: MOST_KEPT + 5 });
  });

  test('is of bounded size: the oldest give up their bodies, and stay in the list', () => {
    const body = Buffer.alloc(MOST_BYTES / 4, '.');
    const state = [1, 2, 3, 4, 5].reduce((before, name) => after(before, arrival(name, { body })), tenRows());

    expect(state.kept.bytes).toBeLessThanOrEqual(MOST_BYTES);
    expect(state.kept.exchanges.map(({ content }) => content !== null)).toEqual([false, false, true, true, true]);
    expect(listed(state)).toHaveLength(5);
    expect(seen(typed(state, HOME + ENTER)).join('\n')).toContain('made room for newer ones');
  });

  test('whoever looks at one that is no longer kept sees the oldest there is', () => {
    const looking = typed(afterMany(tenRows(), MOST_KEPT), HOME);
    const state = after(looking, arrival('new'), answered(200));

    expect(listed(state)[0]).toBe('❯ntf_2');
  });
});
