import { dirname, join, relative } from 'node:path/posix';

/**
 * Puts several files into one: to find, open and compile a file takes half a millisecond, and a command consists of
 * twenty. Each stays a function of its own, which runs when one of the others first asks for it.
 *
 * @param {ReadonlyMap<string, string>} files CommonJS, by path from one folder, such as `chunks/chunk-ABC.js`
 * @param {string} entry the file that the others come into; what it exports is what the whole exports
 * @param {ReadonlySet<string>} parts those that come into it
 * @returns {Map<string, string>} the files that are left, whose calls of `require` lead to where everything is now
 */
export function joined(files, entry, parts) {
  const left = new Map();
  const inside = [];
  for (const [path, code] of files) {
    const isPart = parts.has(path) || path === entry;
    const from = dirname(isPart ? entry : path);
    const text = code.replace(/\brequire\("(\.[^"]+)"\)/g, (_, specifier) => {
      const target = join(dirname(path), specifier);
      if (!parts.has(target)) return `require("${specifierOf(from, target)}")`;
      return isPart ? `part("${target}")` : `require("${specifierOf(from, entry)}").part("${target}")`;
    });
    // In brackets, V8 compiles a function at once, and not first in passing and then again when it runs.
    if (isPart) inside.push(`${JSON.stringify(path)}:(function(module,exports){${text}\n})`);
    else left.set(path, text);
  }

  return left.set(
    entry,
    `${PART.replace('PARTS', () => inside.join(',\n'))}\nmodule.exports={part,used};\nObject.assign(module.exports,part("${entry}"));\n`,
  );
}

/** `used` tells which of them ran. `part` is there before the entry runs: what that loads may ask for another part. */
const PART = `"use strict";
const parts={PARTS};
const used={};
function part(name){
  if(!used[name]){
    const module=used[name]={exports:{}};
    try{parts[name](module,module.exports)}catch(error){delete used[name];throw error}
  }
  return used[name].exports;
}`;

function specifierOf(from, target) {
  const path = relative(from, target);
  return path.startsWith('.') ? path : `./${path}`;
}
