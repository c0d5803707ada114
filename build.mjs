// Builds dist from src: a file for each command, and shared chunks. A command line is mostly start-up time, and most of
// that is finding and reading hundreds of small files, so what every command needs is bundled. What only the service or
// a prompt needs is in chunks or packages of its own, and is loaded when it is used.
//
// Fastify is bundled for another reason: one package below it asks for a Node newer than 20 in its newest version, and
// an `overrides` in package.json counts in this repository only, not where calreply is installed.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './scripts/bundle.mjs';

rmSync('dist', { recursive: true, force: true });
const { inputs } = await bundle({ write: true });

// Bundled packages travel without their folders, so their licences travel here.
const packages = new Set(
  Object.keys(inputs).flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
);
const licences = [...packages].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : '';
  return `${name} ${version} (${license})\n\n${text}`;
});
writeFileSync('dist/LICENSES.txt', `${licences.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`);
