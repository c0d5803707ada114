import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Program } from '../../src/cli/program.js';
import { Home } from '../helpers/home.js';
import { loadedBy } from '../helpers/loaded-modules.js';

/* Most of a short command is loading what it is made of, so what that is may not grow unnoticed. */

const home = new Home(afterAll);

beforeAll(async () => {
  await home.serve();
  // The first one logs in and keeps the token, which loads what writes the settings.
  await home.json(['whoami']);
});

/** What oclif brings, colours, and what draws a table. Whatever is added here is paid for by every command. */
const ALLOWED = [
  '@colors/colors',
  '@oclif/core',
  'ansi-escapes',
  'ansi-regex',
  'ansi-styles',
  'ansis',
  'chalk',
  'clean-stack',
  'cli-table3',
  'color-convert',
  'color-name',
  'debug',
  'emoji-regex',
  'escape-string-regexp',
  'get-package-type',
  'has-flag',
  'indent-string',
  'is-fullwidth-code-point',
  'ms',
  'string-width',
  'strip-ansi',
  'supports-color',
  'widest-line',
  'wordwrap',
  'wrap-ansi',
];

/** Short commands that need nothing but what they are: help, and every list. */
const SHORT = [
  '--help',
  'whoami',
  'events types',
  ...Object.keys(new Program(fileURLToPath(new URL('../../', import.meta.url))).commands())
    .filter((id) => id.endsWith(':list'))
    .map((id) => id.replaceAll(':', ' ')),
];

test('--version and completion load nothing but a few files of ours', async () => {
  for (const args of [['--version'], ['__complete', 'bash', '', '--', 'webhooks', '']]) {
    const { packages, sources } = await loadedBy(home, args);

    expect(packages).toEqual([]);
    expect(sources.length).toBeLessThan(12);
  }
});

describe('loads no package but those that every command needs:', () => {
  test.each(SHORT)('%s', async (command) => {
    const { packages } = await loadedBy(home, command.split(' '));

    expect(packages.filter((name) => !ALLOWED.includes(name))).toEqual([]);
  });
});

test('what asks the service loads nothing of the service, of the tunnel or of the demo', async () => {
  const { sources } = await loadedBy(home, ['webhooks', 'list']);

  expect(
    sources.filter((source) => /^src\/(api\/(?!client|session)|store|server|delivery|tunnel|demo)/.test(source)),
  ).toEqual([]);
});
