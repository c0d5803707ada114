import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { fileURLToPath } from 'node:url';
import { jsonOutputPage } from '../../../scripts/docs/json-output-page.js';
import { PAGES } from '../../../scripts/docs/pages.js';

test('every type that is shown is explained, and none is that no command prints', () => {
  const page = jsonOutputPage(fileURLToPath(new URL('../../../', import.meta.url)));
  expect(page).toMatch(/^### Check$/m);
  expect(page).toContain("serviceFrom: 'flag' | 'environment'");
  expect(page).not.toMatch(/^### (Context|Tokens|ProfileSecrets)$/m);
  expect(page).not.toContain('accessToken');
});

test.each(PAGES.map((page) => ({ name: basename(page.path), ...page })))(
  'docs/$name is what `npm run docs` writes',
  async ({ path, text }) => {
    expect(readFileSync(path, 'utf8')).toBe(await text());
  },
  20_000,
);
