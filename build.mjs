// Builds dist from src: a file for each command, and shared chunks. A command line is mostly start-up time, and most of
// that is finding and reading hundreds of small files, so what every command needs is bundled. What only the service or
// a prompt needs stays in node_modules, and is loaded when it is used.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const commands = readdirSync('src/commands', { recursive: true })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join('src/commands', file));

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/main.ts', ...commands],
  outbase: 'src',
  outdir: 'dist',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  logLevel: 'warning',
  external: [
    '@fastify/*',
    '@node-oauth/*',
    '@photostructure/*',
    'ajv',
    'ajv-formats',
    'conf',
    'fastify',
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
