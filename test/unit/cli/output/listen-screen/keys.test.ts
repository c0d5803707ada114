import { describe, expect, test } from 'vitest';
import { keyReader, type Key } from '../../../../../src/cli/output/listen-screen/keys.js';

/** The keys as words: names as they are, texts in quotes. */
const words = (keys: readonly Key[]) => keys.map((key) => ('name' in key ? key.name : `“${key.text}”`)).join(' ');
const read = (...parts: string[]) => {
  const reader = keyReader();
  const keys = parts.flatMap((part) => reader.read(part));
  return words([...keys, ...reader.flush()]);
};

test.each([
  ['\u001b[A\u001b[B\u001b[C\u001b[D', 'up down right left'],
  ['\u001bOA\u001bOB', 'up down'],
  ['\u001b[5~\u001b[6~', 'page-up page-down'],
  ['\u001b[H\u001b[F\u001b[1~\u001b[4~\u001b[7~\u001b[8~\u001bOH\u001bOF', 'home end home end home end home end'],
  ['\r\n', 'enter enter'],
  ['\u007f\b', 'backspace backspace'],
  ['\u0003\u001a\u000c\u0004\u0015', 'interrupt suspend redraw end-of-input delete-line'],
  ['rd/q?', '“r” “d” “/” “q” “?”'],
  ['é👍e\u0301', '“é” “👍” “e\u0301”'],
])('%j is %s', (input, keys) => {
  expect(read(input)).toBe(keys);
});

describe('a sequence in parts', () => {
  test.each([
    [['\u001b', '[A'], 'up'],
    [['\u001b[', '5', '~q'], 'page-up “q”'],
    [['\u001b', 'O', 'B'], 'down'],
  ])('%j is %s', (parts, keys) => {
    expect(read(...parts)).toBe(keys);
  });

  test('waits for its rest, and a lone escape is the key when there is none', () => {
    const reader = keyReader();

    expect(reader.read('\u001b')).toEqual([]);
    expect(reader.isWaiting).toBe(true);
    expect(words(reader.flush())).toBe('escape');
    expect(reader.isWaiting).toBe(false);
  });
});

test.each(['\u001b[1;5A', '\u001b[200', '\u001b[?1;2c', '\u001b[3~', '\u001b[15~', '\u0000\u0001\u0007'])(
  '%j is no key that means something, and none of its letters is one',
  (input) => {
    expect(read(input)).toBe('');
  },
);

test('what is pasted is one text, however it comes, and none of its letters is a key', () => {
  const reader = keyReader();

  expect(reader.read('\u001b[200~qr')).toEqual([]);
  expect(reader.flush()).toEqual([]);
  expect(reader.read('r/\nd\u001b[201~q')).toEqual([
    { text: 'qrr/\nd', isPasted: true },
    { text: 'q', isPasted: false },
  ]);
});

describe('a paste whose end got lost', () => {
  const START = '\u001b[200~';

  test('is ended by ^C, which is heard', () => {
    expect(read(`${START}half`, 'qr', '\u0003q')).toBe('interrupt “q”');
  });

  test('takes no key that is pressed after a quarter of a million characters', () => {
    const reader = keyReader();
    reader.read(START);

    expect(reader.read('x'.repeat(300_000))).toEqual([{ text: 'x'.repeat(1_000), isPasted: true }]);
    expect(words(reader.read('q'))).toBe('“q”');
  });
});
