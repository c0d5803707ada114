import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { renderTable, shortened, type Column } from '../../../../src/cli/output/table.js';
import { fakeTerminal } from '../../../helpers/fake-terminal.js';
import { COLOR, HOSTILE_TEXTS } from '../../../helpers/hostile-text.js';

interface Row {
  readonly id: string;
  readonly url: string;
  readonly note?: string;
}

const columns: readonly Column<Row>[] = [
  { head: 'ID', cell: ({ id }) => id },
  { head: 'URL', cell: ({ url }) => url, shrinks: true },
  { head: 'NOTE', cell: ({ note = '' }) => note, shrinks: true, color: (text) => `\x1b[31m${text}\x1b[39m` },
];
const long = 'https://receiver.example.com/a/very/long/path/that/goes/on/and/on/and/on';
const rows: readonly Row[] = [
  { id: 'whk_1', url: long, note: 'the first one, with a long note about it' },
  { id: 'whk_2', url: 'https://b.example.com', note: 'short' },
];

const lines = (table: string) => stripVTControlCharacters(table).split('\n');

describe('in a terminal', () => {
  test('columns stand below each other, with two spaces between', () => {
    fakeTerminal(200);
    const [head = '', first = '', second = ''] = lines(renderTable(columns, rows));
    expect(head).toMatch(/^ID {5}URL +NOTE$/);
    expect(first).toBe(`whk_1  ${long}  the first one, with a long note about it`);
    expect(second.indexOf('https')).toBe(head.indexOf('URL'));
    expect(second.indexOf('short')).toBe(head.indexOf('NOTE'));
  });

  test.each([40, 50, 60, 80, 100, 120])('no line is wider than %i columns', (width) => {
    fakeTerminal(width);
    const shown = lines(renderTable(columns, rows));
    expect(shown).toHaveLength(3);
    for (const line of shown) expect(line.length).toBeLessThanOrEqual(width);
    expect(shown[1]).toContain('whk_1');
    expect(shown[1]).toContain('…');
  });

  test('a column that does not shrink is never cut', () => {
    fakeTerminal(10);
    expect(lines(renderTable(columns, rows))[1]).toMatch(/^whk_1 /);
  });

  test('colours take no room, and are put on what is shown', () => {
    fakeTerminal(60);
    const table = renderTable(columns, rows);
    expect(table).toContain('\x1b[31mshort\x1b[39m');
    const [, first = ''] = lines(table);
    expect(first.length).toBeGreaterThan(55);
  });

  test('wide characters take two columns', () => {
    fakeTerminal(40);
    const wide = [{ id: 'whk_1', url: '東京カレンダー東京カレンダー東京カレンダー', note: '🦅🦅🦅🦅🦅🦅🦅🦅🦅🦅' }];
    const [, line = ''] = lines(renderTable(columns, wide));
    const width = [...line].reduce((sum, character) => sum + (character > '\u2e80' ? 2 : 1), 0);
    expect(width).toBeLessThanOrEqual(40);
    expect(line).toContain('東京');
    expect(line).not.toMatch(/\p{Surrogate}/u);
  });
});

describe('in a narrow terminal', () => {
  const history: readonly Column<Row>[] = [
    { head: 'TIME', cell: () => '2026-11-23 15:04:05', brief: () => '15:04:05' },
    { head: 'TO', cell: ({ url }) => url, shrinks: true, keepsEnd: true },
    { head: 'TRIES', cell: () => '1', canGo: true },
    { head: 'ID', cell: ({ id }) => id },
  ];

  test('a URL is cut in its middle, and its start goes first', () => {
    fakeTerminal(50);
    const [, first, second] = lines(renderTable(history, rows));
    expect(first).toBe('15:04:05  receiver.…on/and/on/and/on  1      whk_1');
    expect(second).toBe('15:04:05  https://b.example.com       1      whk_2');
  });

  test('a column that can go does so before another becomes hard to read', () => {
    fakeTerminal(40);
    const [head, first] = lines(renderTable(history, rows));
    expect(head).toMatch(/^TIME +TO +ID$/);
    expect(first).toBe('15:04:05  receiver…/and/on/and/on  whk_1');
  });

  test('a pipe gets every column, whole', () => {
    fakeTerminal();
    expect(renderTable(history, rows.slice(1))).toBe(
      'TIME\tTO\tTRIES\tID\n2026-11-23 15:04:05\thttps://b.example.com\t1\twhk_2',
    );
  });
});

describe('in a pipe', () => {
  test('a row is a line with tabs between, nothing cut and nothing coloured, heads first', () => {
    fakeTerminal();
    const [first, second] = rows;
    expect(renderTable(columns, rows)).toBe(
      ['ID\tURL\tNOTE', `whk_1\t${first?.url}\t${first?.note}`, `whk_2\t${second?.url}\tshort`].join('\n'),
    );
  });

  test('a cell cannot make another cell or another row', () => {
    fakeTerminal();
    const table = renderTable(columns, [{ id: 'a\tb', url: 'c\nd', note: 'e\r\nf' }]);
    expect(table).toBe('ID\tURL\tNOTE\na b\tc d\te f');
  });
});

test.each([80, undefined])('no text of others gets through as it is (terminal: %s)', (width) => {
  fakeTerminal(width);
  for (const text of HOSTILE_TEXTS) {
    const table = renderTable(columns, [{ id: '1', url: text }]).replaceAll(COLOR, '');
    expect(table.replaceAll(/[\n\t]/g, ''), JSON.stringify(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  }
});

describe('a text that is too long', () => {
  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['abcdef', 1, '…'],
    ['', 5, ''],
    ['🦅🦅🦅', 6, '🦅🦅🦅'],
    ['🦅🦅🦅', 4, '🦅…'],
    ['東京カレンダー', 7, '東京カ…'],
    ['e\u0301e\u0301e\u0301', 3, 'e\u0301e\u0301e\u0301'],
  ])('%s in %i columns is %s', (text, width, expected) => {
    expect(shortened(text, width)).toBe(expected);
  });
});
