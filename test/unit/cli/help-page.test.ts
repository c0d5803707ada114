import { join } from 'node:path';
import { expect, test } from 'vitest';
import { helpPage } from '../../../src/cli/help-page.js';
import { Program } from '../../../src/cli/program.js';

test('help for the whole program names the variables of the environment and where the documentation is', () => {
  const page = helpPage(new Program(process.cwd()), []);
  const names = ['API_URL', 'CLIENT_ID', 'CLIENT_SECRET', 'PROFILE', 'CONFIG_DIR', 'DATA_DIR'];
  for (const name of names) expect(page).toContain(`CALREPLY_${name}`);
  expect(page).toContain('NO_PROXY');
  expect(page.split('\n').at(-1)).toBe(`Documentation: ${join(process.cwd(), 'docs')}`);
});
