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

test.each(['=HYPERLINK("x")', '+1', '-1+1', '@SUM(1)', '\tcmd', '＝1'])('%j is no formula to a spreadsheet', (text) => {
  expect(csvText([{ a: text }], ['a'], { header: false }).replace(/^"/, '')).toMatch(/^'/);
});
