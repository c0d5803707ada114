import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { commonJs } from '../../../scripts/common-js.mjs';
import { joined } from '../../../scripts/join.mjs';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

/** What the entry of a program of these files exports. */
async function run(
  files: Readonly<Record<string, string>>,
  parts: readonly string[],
): Promise<Record<string, unknown>> {
  const folder = temporaryFolder();
  const modules = await Promise.all(
    Object.entries(files).map(async ([path, text]): Promise<[string, string]> => [path, await commonJs(text)]),
  );
  for (const [path, text] of joined(new Map(modules), 'main.js', new Set(parts))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
  return createRequire(join(folder, 'main.js'))('./main.js') as Record<string, unknown>;
}

test('files that are joined find each other, those that are not, and the same module once', async () => {
  const { result, used } = await run(
    {
      'main.js': `import { a } from './chunks/a.js'; import { b } from './commands/b.js'; export const result = [a, b];`,
      'chunks/a.js': `import { list } from './list.js'; list.push('a'); export const a = list;`,
      'chunks/list.js': `export const list = [];`,
      'chunks/unused.js': `throw new Error('nobody asked for it');`,
      'commands/b.js': `import { list } from '../chunks/list.js'; list.push('b'); export const b = list;`,
    },
    ['chunks/a.js', 'chunks/list.js', 'chunks/unused.js'],
  );

  expect(result).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
  expect(Object.keys(used as object)).toEqual(['main.js', 'chunks/a.js', 'chunks/list.js']);
});

test('what is loaded late is loaded when it is asked for', async () => {
  const { load } = await run(
    {
      'main.js': `export const load = async () => (await import('./chunks/late.js')).value;`,
      'chunks/late.js': `export const value = 'late';`,
    },
    [],
  );

  expect(await (load as () => Promise<unknown>)()).toBe('late');
});

test('a module of Node is loaded when something of it is used', async () => {
  const { hash, ways } = await run(
    {
      'main.js': `import { createHash } from 'node:crypto'; import * as os from 'node:os';
        export const hash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 8);
        export const ways = () => [typeof os.hostname(), 'tmpdir' in os];`,
    },
    [],
  );

  expect((hash as (text: string) => unknown)('x')).toBe('2d711642');
  expect((ways as () => unknown)()).toEqual(['string', true]);
});
