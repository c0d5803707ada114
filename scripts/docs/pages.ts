import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { Program } from '../../src/cli/program.js';
import { commandsPage } from './commands-page.js';
import { jsonOutputPage } from './json-output-page.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A page that is generated. */
export interface Page {
  readonly path: string;
  /** What it should say now. */
  readonly text: () => Promise<string>;
}

export const PAGES: readonly Page[] = [
  page('docs/commands.md', () => commandsPage(new Program(root))),
  page('docs/json-output.md', () => jsonOutputPage(root)),
];

function page(name: string, markdown: () => string): Page {
  const path = join(root, name);
  const text = async () => format(markdown(), { ...(await resolveConfig(path)), filepath: path });
  return { path, text };
}
