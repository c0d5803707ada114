import { expect, test } from 'vitest';
import { csvText } from '../../../../src/cli/output/csv.js';

test('a head, then the rows in the order of the columns', () => {
  const rows = [{ tag: 'Hawks', subscribes: -3, isTest: true, list: ['a', 'b'], none: null }];
  expect(csvText(rows, ['subscribes', 'tag', 'isTest', 'list', 'none'])).toBe(
    'subscribes,tag,isTest,list,none\n-3,Hawks,true,a; b,',
  );
  expect(csvText(rows, ['tag'], { header: false })).toBe('Hawks');
});

test('quotes, commas and line breaks are of the text', () => {
  expect(csvText([{ a: 'say "hi", \nthen' }], ['a'], { header: false })).toBe('"say ""hi"", \nthen"');
});

test.each(['=HYPERLINK("x")', '+1', '-1+1', '@SUM(1)', '＝1'])('%j is no formula to a spreadsheet', (text) => {
  expect(csvText([{ a: text }], ['a'], { header: false }).replace(/^"/, '')).toMatch(/^'/);
});

test('nothing that acts on a terminal gets through, our own colours included', () => {
  expect(csvText([{ a: '\u001b[31mred\u001b[39m\u0007\t.' }], ['a'], { header: false })).toBe('�[31mred�[39m� .');
});
