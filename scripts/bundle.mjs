// What is in dist, and how it gets there.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, URL } from 'node:url';
import { build } from 'esbuild';
import { commonJs, SMALL } from './common-js.mjs';
import { joined } from './join.mjs';

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
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    write: false,
    metafile: true,
    entryPoints: ['src/main.ts', ...commands],
    outbase: 'src',
    outdir: 'dist',
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    ...SMALL,
    platform: 'node',
    target: 'node20.19',
    plugins: [standIns],
    logLevel: 'warning',
    external: EXTERNAL,
  });
  if (write) {
    const dist = join(ROOT, 'dist');
    const files = outputFiles.map(async ({ path, text }) => [
      relative(dist, path).replaceAll(sep, '/'),
      await commonJs(text),
    ]);
    for (const [path, text] of fewer(new Map(await Promise.all(files)), metafile, commands))
      put(join(dist, path), text);
    put(join(dist, 'package.json'), '{ "type": "commonjs" }\n');
  }

  return metafile;
}

/** What so many commands need goes where every command finds it. */
const SHARED_BY = 6;

/** Two files in place of many: what every start needs, completion too, and what every command needs beside it. */
function fewer(files, { outputs }, commands) {
  const outputOf = (source) => Object.keys(outputs).find((path) => outputs[path].entryPoint === source);
  const chunksOf = (...sources) =>
    [...neededBy(sources.map(outputOf), outputs)].filter((path) => path.startsWith('dist/chunks/')).map(inDist);
  const completion = chunksOf('src/cli/completion/answer.ts');
  const counts = new Map();
  for (const source of commands) for (const chunk of chunksOf(source)) counts.set(chunk, (counts.get(chunk) ?? 0) + 1);
  const shared = [...counts].filter(([, count]) => count >= SHARED_BY).map(([chunk]) => chunk);
  const command = [...new Set([...chunksOf('src/cli/run-command-line.ts'), ...shared])];
  const start = new Set([...chunksOf('src/main.ts'), ...completion.filter((path) => command.includes(path))]);
  const inStart = joined(files, 'main.js', start);
  const others = new Set(command.filter((path) => !start.has(path)));
  return joined(inStart, inDist(outputOf('src/cli/run-command-line.ts')), others);
}

const inDist = (path) => path.replace(/^dist\//, '');

/** Files, and all that they import, but for what they load late. */
function neededBy(paths, outputs, found = new Set()) {
  for (const path of paths) {
    if (found.has(path)) continue;
    found.add(path);
    const next = outputs[path].imports.filter(({ kind, external }) => kind === 'import-statement' && !external);
    neededBy(
      next.map((each) => each.path),
      outputs,
      found,
    );
  }
  return found;
}

function put(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
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
  'ws',
  // oclif asks for these in development only.
  'tsx',
  'typescript',
];

/** Parts of packages that every start would pay for and no command uses, and what is bundled in their place. */
const STAND_INS = {
  'node:process': 'process.js',
  '@oclif/core': 'oclif-core.js',
  '@colors/colors/safe': 'not-needed.js',
};
/** The same where oclif asks for them. */
const STAND_INS_FOR_OCLIF = {
  './config': 'not-needed.js',
  './handle': 'not-needed.js',
  './help': 'not-needed.js',
  './help/util': 'not-needed.js',
  './ux': 'oclif-ux.js',
  '../ux': 'oclif-ux.js',
  'clean-stack': 'not-needed.js',
  'indent-string': 'not-needed.js',
  'wrap-ansi': 'not-needed.js',
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

const named = (standIns) => new RegExp(`^(${Object.keys(standIns).join('|').replaceAll('.', '\\.')})$`);
