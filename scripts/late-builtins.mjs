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

// `require(…)`, and what esbuild makes of it: `__require(…)`, `(0,import_chunk.__require)(…)`. `__toESM` looks at all there
// is at once, so it is left what it asks for.
const ASKED_FOR = new RegExp(
  String.raw`(?<!__toESM\()(?:\b(?:__)?require\d*|\(0,\w+\.__require\d*\))\("((?:node:)?(?:${COSTLY.join('|')}))"\)`,
  'g',
);

/** What stands in for one of them until something of it is asked for. It asks once: `require` takes a microsecond each time. */
const LATE =
  'const late=(id,found)=>{const all=()=>found??=require(id);return new Proxy({},{get:(_,name)=>all()[name],has:(_,name)=>name in all()})};';

/**
 * Loads those modules where they are first used, in place of where they are imported.
 *
 * @param {string} code CommonJS
 * @returns {string}
 */
export function withLateBuiltins(code) {
  const late = code.replace(ASKED_FOR, 'late("$1")');
  return late === code ? code : late.replace(/^("use strict";)?/, (start) => start + LATE);
}
