// Builds dist from src: a file for each command, and shared chunks. A command line is mostly start-up time, and most of
// that is finding and reading hundreds of small files, so what every command needs is bundled. What only the service or
// a prompt needs is in chunks or packages of its own, and is loaded when it is used.
//
// Fastify is bundled for another reason: one package below it asks for a Node newer than 20 in its newest version, and
// an `overrides` in package.json counts in this repository only, not where calreply is installed.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

/**
 * Parts of packages that every start would pay for and no command uses, and what is bundled in their place. Where a
 * package stands in for itself (`@oclif/core`), it is so for our own sources only.
 */
const STAND_INS = {
  'node:process': 'process.js',
  '@oclif/core': 'oclif-core.js',
  'cli-spinners': 'spinners.js',
  ejs: 'templates.js',
  lilconfig: 'not-needed.js',
  minimatch: 'not-needed.js',
  tinyglobby: 'not-needed.js',
  'wsl-utils': 'not-needed.js',
};
const standIns = {
  name: 'stand-ins',
  setup({ onResolve }) {
    const names = Object.keys(STAND_INS).join('|');
    onResolve({ filter: new RegExp(`^(${names})$`) }, ({ path }) => ({
      path: resolve('scripts/stand-ins', STAND_INS[path]),
    }));
  },
};

/**
 * esbuild makes a chunk of what the same entry points need, so what one list and another share became a dozen small files,
 * and each takes time to find. What a command may need from src/cli is one chunk: every command asks for all of it.
 */
const oneChunk = {
  name: 'one-chunk',
  setup({ onLoad }) {
    const files = ['src/cli', 'src/cli/output'].flatMap((folder) =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.ts') && file !== 'run-command-line.ts')
        .map((file) => resolve(folder, file)),
    );
    const all = files.map((file) => `import ${JSON.stringify(file)};`).join('\n');
    onLoad({ filter: /[\\/]src[\\/]commands[\\/]/ }, ({ path }) => ({
      contents: `${readFileSync(path, 'utf8')}\n${all}`,
      loader: 'ts',
      resolveDir: dirname(path),
    }));
  },
};

const commands = readdirSync('src/commands', { recursive: true })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join('src/commands', file));

rmSync('dist', { recursive: true, force: true });
const { metafile } = await build({
  metafile: true,
  entryPoints: ['src/main.ts', ...commands],
  outbase: 'src',
  outdir: 'dist',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  // A third of the start is reading code. Names stay, for stack traces.
  minifySyntax: true,
  minifyWhitespace: true,
  platform: 'node',
  target: 'node20.19',
  plugins: [standIns, oneChunk],
  logLevel: 'warning',
  external: [
    '@node-oauth/*',
    '@photostructure/*',
    'ajv',
    'ajv-formats',
    'conf',
    'inquirer',
    'ipaddr.js',
    'kysely',
    'pino',
    'standardwebhooks',
    'typebox',
    'ws',
    // oclif asks for these in development only.
    'tsx',
    'typescript',
  ],
  // What is bundled was written for CommonJS in part, and expects these three names.
  banner: {
    js: [
      `import { createRequire as createRequireOfBundle } from 'node:module';`,
      `import { fileURLToPath as pathOfBundle } from 'node:url';`,
      `const require = createRequireOfBundle(import.meta.url);`,
      `const __filename = pathOfBundle(import.meta.url);`,
      `const __dirname = pathOfBundle(new URL('.', import.meta.url));`,
    ].join('\n'),
  },
});

// Bundled packages travel without their folders, so their licences travel here.
const packages = new Set(
  Object.keys(metafile.inputs).flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
);
const licences = [...packages].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : '';
  return `${name} ${version} (${license})\n\n${text}`;
});
writeFileSync('dist/LICENSES.txt', `${licences.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`);
