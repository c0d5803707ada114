// Given to Node by --import: notes the URL of every file that is loaded, in the file that NOTE_LOADED names.
import { appendFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const note = (urls) => appendFileSync(process.env.NOTE_LOADED, urls.map((url) => `${url}\n`).join(''));

/** Runs for every module, in the thread of the hooks, where this file is loaded once more. */
export async function load(url, context, nextLoad) {
  if (url.startsWith('file:')) note([url]);
  return nextLoad(url, context);
}

if (process.env.NOTE_LOADED_REGISTERED === undefined) {
  process.env.NOTE_LOADED_REGISTERED = 'yes';
  register(import.meta.url);
  // What CommonJS asks for itself does not come past the hook.
  process.once('exit', () => {
    const { cache } = createRequire(import.meta.url);
    note(Object.entries(cache).flatMap(([path, { exports }]) => [path, ...partsOf(path, exports)].map(urlOf)));
  });
}

const urlOf = (path) => String(pathToFileURL(path));

/** Of a file that others were joined into (scripts/join.mjs), those that ran. */
function partsOf(path, exports) {
  const dist = path.replace(/(?<=[\\/]dist[\\/]).*$/, '');
  return Object.keys(exports?.used ?? {}).map((part) => dist + part);
}
