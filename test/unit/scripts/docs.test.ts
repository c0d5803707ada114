import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { PAGES } from '../../../scripts/docs/pages.js';

test.each(PAGES.map((page) => ({ name: basename(page.path), ...page })))(
  'docs/$name is what `npm run docs` writes',
  async ({ path, text }) => {
    expect(readFileSync(path, 'utf8')).toBe(await text());
  },
  20_000,
);
