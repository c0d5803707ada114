import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from '../../scripts/bundle.mjs';
import type { Home } from './home.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NOTE = pathToFileURL(fileURLToPath(new URL('note-loaded.mjs', import.meta.url))).href;

/** What a command loaded. */
export interface Loaded {
  /** Packages, bundled or not, by name. */
  readonly packages: readonly string[];
  /** Our own sources, such as `src/cli/base-command.ts`. */
  readonly sources: readonly string[];
}

/** Runs a command, and tells what was loaded for it: of the files of dist, what the build says is in them. */
export async function loadedBy(home: Home, args: readonly string[]): Promise<Loaded> {
  const notes = join(home.work, 'loaded.txt');
  writeFileSync(notes, '');
  const { exitCode, stderr } = await home.run(args, {
    env: { NODE_OPTIONS: `--import=${NOTE}`, NOTE_LOADED: notes },
  });
  if (exitCode !== 0) throw new Error(`calreply ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
  const files = readFileSync(notes, 'utf8')
    .trim()
    .split('\n')
    .map((url) => relative(ROOT, fileURLToPath(url)).split(sep).join('/'));
  const inside = await contents();
  const inputs = files.flatMap((file) => (file.startsWith('dist/') ? (inside.get(file) ?? unknown(file)) : [file]));
  const packages = inputs.flatMap(
    (input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(input)?.[1] ?? [],
  );
  return { packages: sorted(packages), sources: sorted(inputs.filter((input) => input.startsWith('src/'))) };
}

let known: Promise<ReadonlyMap<string, readonly string[]>> | undefined;

/** The sources in each file of dist. */
function contents(): Promise<ReadonlyMap<string, readonly string[]>> {
  known ??= bundle({ write: false }).then(
    ({ outputs }) =>
      new Map(
        Object.entries(outputs).map(([file, { inputs }]) => [
          file,
          Object.entries(inputs)
            .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
            .map(([input]) => input),
        ]),
      ),
  );
  return known;
}

function unknown(file: string): never {
  throw new Error(`${file} is not what the build makes of the sources now. Run npm run build.`);
}

const sorted = (names: readonly string[]) => [...new Set(names)].sort();
