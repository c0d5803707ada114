import { createRequire } from 'node:module';

/**
 * Modules of Node that take a millisecond or more to load, each with what it loads itself. A short command imports most
 * of them in some file, and uses one or two.
 */
const COSTLY = [
  'child_process',
  'crypto',
  'fs/promises',
  'http',
  'https',
  'net',
  'os',
  'perf_hooks',
  'readline',
  'tls',
];

const requireHere = createRequire(import.meta.url);

/** Makes esbuild put the place of each, from which the module itself is loaded when one of its functions is first used. */
export const lateBuiltins = {
  name: 'late-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(node:)?(${COSTLY.join('|')})$`) }, ({ path, namespace }) =>
      namespace === 'late'
        ? undefined
        : { path: path.replace(/^(?!node:)/, 'node:'), namespace: 'late', sideEffects: false },
    );
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => {
      const names = Object.keys(requireHere(path));
      return {
        contents: `for (const name of ${JSON.stringify(names.join(' '))}.split(' '))
          Object.defineProperty(exports, name, { enumerable: true, get: () => require(${JSON.stringify(path)})[name] });`,
      };
    });
  },
};
