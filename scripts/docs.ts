/* `npm run docs`: writes the pages of docs/ that follow from the commands. */
import { writeFileSync } from 'node:fs';
import { PAGES } from './docs/pages.js';

for (const { path, text } of PAGES) writeFileSync(path, await text());
