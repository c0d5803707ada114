// What is in dist, and how it gets there.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, URL } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Builds dist from src, or with `write: false` only finds out what would be in it.
 *
 * @returns esbuild's account of what went into which file
 */
export async function bundle({ write }) {
  const commands = readdirSync(join(ROOT, 'src/commands'), { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('src/commands', file));
  const { metafile } = await build({
    absWorkingDir: ROOT,
    write,
    metafile: true,
    entryPoints: ['src/main.ts', ...commands],
    outbase: 'src',
    outdir: 'dist',
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    // Reading code is a good part of a start. Names stay, for stack traces.
    minifySyntax: true,
    minifyWhitespace: true,

    platform: 'node',
    target: 'node20.19',
    plugins: [standIns, oneChunk],
    logLevel: 'warning',
    external: EXTERNAL,
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
  return metafile;
}

/** What stays a package of its own. */
const EXTERNAL = [
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
];

/**
 * Parts of packages that every start would pay for and no command uses, and what is bundled in their place.
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
/** The same for parts of Node, where oclif alone asks for them. */
const STAND_INS_FOR_OCLIF = {
  'node:child_process': 'not-needed.js',
  'node:perf_hooks': 'perf-hooks.js',
};
const standIns = {
  name: 'stand-ins',
  setup({ onResolve }) {
    const standIn = (file) => ({ path: join(ROOT, 'scripts/stand-ins', file) });
    onResolve({ filter: named(STAND_INS) }, ({ path }) => standIn(STAND_INS[path]));
    onResolve({ filter: named(STAND_INS_FOR_OCLIF) }, ({ path, importer }) =>
      /@oclif[\\/]core[\\/]/.test(importer) ? standIn(STAND_INS_FOR_OCLIF[path]) : undefined,
    );
  },
};

const named = (standIns) => new RegExp(`^(${Object.keys(standIns).join('|')})$`);

/**
 * esbuild makes a chunk of what the same entry points need, so what one list and another share became a dozen small files,
 * and each takes time to find. What most commands need is one chunk instead: every command asks for all of it.
 */
const oneChunk = {
  name: 'one-chunk',
  setup({ onLoad }) {
    const cli = join(ROOT, 'src/cli');
    const shared = ['base-command.ts', 'flags.ts', 'input.ts', 'prompts.ts'].map((file) => join(cli, file));
    const texts = readdirSync(join(cli, 'output')).map((file) => join(cli, 'output', file));
    const imports = [...shared, ...texts].map((file) => `import ${JSON.stringify(file)};`).join('\n');
    onLoad({ filter: /[\\/]src[\\/]commands[\\/]/ }, ({ path }) => ({
      contents: `${readFileSync(path, 'utf8')}\n${imports}`,
      loader: 'ts',
      resolveDir: dirname(path),
    }));
  },
};
