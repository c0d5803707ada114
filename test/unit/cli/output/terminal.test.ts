import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { jsonText, printable, printableLines, watchOutputs } from '../../../../src/cli/output/terminal.js';
import { fakeOutput } from '../../../helpers/fake-terminal.js';
import { HOSTILE_TEXTS, UNSAFE_CHARACTERS } from '../../../helpers/hostile-text.js';

const codePoint = (character: string) => `U+${character.codePointAt(0)?.toString(16).padStart(4, '0')}`;
const unsafeIn = (text: string) => UNSAFE_CHARACTERS.filter((character) => text.includes(character)).map(codePoint);

const hostile = fc
  .array(fc.oneof(fc.constantFrom(...UNSAFE_CHARACTERS), fc.constantFrom(...HOSTILE_TEXTS), fc.string()))
  .map((parts) => parts.join(''));

describe('text of others', () => {
  test('loses every unsafe character, each for a mark that can be seen', () => {
    for (const character of UNSAFE_CHARACTERS) {
      expect(printable(`a${character}b`), codePoint(character)).toBe('a\ufffdb');
      expect(printableLines(`a${character}b`), codePoint(character)).toBe('a\ufffdb');
    }
  });

  test.each(HOSTILE_TEXTS)('%j is harmless when it is printed', (text) => {
    expect(unsafeIn(printable(text))).toEqual([]);
    expect(printable(text)).not.toMatch(/[\r\n\t]/);
    expect(unsafeIn(printableLines(text))).toEqual([]);
    expect(printableLines(text)).not.toContain('\r');
  });

  test('is harmless whatever it is', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(unsafeIn(printable(text))).toEqual([]);
        expect(printable(text)).not.toMatch(/[\r\n\t]/);
        expect(unsafeIn(printableLines(text))).toEqual([]);
      }),
    );
  });

  test('stays on one line', () => {
    expect(printable('a\nb\r\nc\rd\te')).toBe('a b c d e');
  });

  test('of several lines keeps them, and no line writes over itself', () => {
    expect(printableLines('a\nb\r\nc\rd')).toBe('a\nb\nc\nd');
  });

  test('that is harmless stays as it is', () => {
    const texts = [
      '',
      'My Sports Calendar',
      'Zoë Ångström',
      '東京 カレンダー',
      'שלום عالم',
      'e\u0301',
      '🦅 5 – 3 €',
      '\u00a0',
    ];
    for (const text of texts) {
      expect(printable(text)).toBe(text);
      expect(printableLines(text)).toBe(text);
    }
  });
});

describe('JSON', () => {
  test.each(HOSTILE_TEXTS)('of %j is harmless, and means the same', (text) => {
    const value = { [text]: [text, { inner: text }], number: 5, nothing: null };
    for (const json of [jsonText(value), jsonText(value, 2)]) {
      expect(unsafeIn(json)).toEqual([]);
      expect(JSON.parse(json)).toEqual(value);
    }
  });

  test('escapes every unsafe character', () => {
    for (const character of [...UNSAFE_CHARACTERS, '\r']) {
      const json = jsonText(`a${character}b`);
      expect(json, codePoint(character)).toMatch(/^"a\\(u[0-9a-f]{4}(\\u[0-9a-f]{4})?|[bfr])b"$/);
      expect(JSON.parse(json)).toBe(`a${character}b`);
    }
  });

  test('of whatever it is has no unsafe character, and means the same', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.jsonValue()), (value) => {
        const json = jsonText(value);
        expect(unsafeIn(json)).toEqual([]);
        expect(json).not.toContain('\n');
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('that is indented keeps its lines', () => {
    expect(jsonText({ a: 1 }, 2)).toBe('{\n  "a": 1\n}');
    expect(jsonText({ a: 'ä🦅' })).toBe('{"a":"ä🦅"}');
  });
});

test('a terminal that was closed ends nothing, since its SIGHUP does; a disk that fails ends the command', () => {
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  const others = process.stdout.listeners('error');
  watchOutputs();
  onTestFinished(() => {
    exit.mockRestore();
    for (const stream of [process.stdout, process.stderr])
      for (const listener of stream.listeners('error'))
        if (!others.includes(listener)) stream.off('error', listener as () => void);
  });
  const failing = Object.assign(new Error('input/output error'), { code: 'EIO' });

  fakeOutput(100);
  process.stdout.emit('error', failing);
  expect(exit).not.toHaveBeenCalled();

  fakeOutput();
  process.stdout.emit('error', failing);
  expect(exit).toHaveBeenCalledWith(1);
});
