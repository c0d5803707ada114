import { transform } from 'esbuild';
import { withLateBuiltins } from './late-builtins.mjs';

/**
 * Turns a file of esbuild's, which splits a program into ES modules only, into CommonJS: Node takes a third of a bare
 * start to get its loader of ES modules ready (`bench/startup`), and a short command needs none of it.
 *
 * @param {string} text an ES module
 * @returns {Promise<string>}
 */
export async function commonJs(text) {
  const { code, warnings } = await transform(text, { format: 'cjs', platform: 'node', target: 'node20.19', ...SMALL });
  if (warnings.length > 0) throw new Error(warnings.map((warning) => warning.text).join('\n'));
  // What is loaded late is loaded the same way. A package may be an ES module, which `require` takes from Node 22.12 on.
  const inOneWay = code.replace(
    /\bimport\(("(?:\.|node:)[^"]+")\)/g,
    (_, specifier) => `Promise.resolve().then(()=>require(${specifier}))`,
  );
  return withLateBuiltins(inOneWay);
}

/** Reading code is a good part of a start. Names stay, for stack traces. */
export const SMALL = { minifySyntax: true, minifyWhitespace: true };
