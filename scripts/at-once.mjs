// `node scripts/at-once.mjs NAME…` runs these scripts of package.json at the same time, as many as there are cores, the
// first of them first. Each is quiet until it ends; then its output is printed whole, so that no two of them mix. Fails
// when one of them fails, after all have ended: whoever broke two things hears of both.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import process from 'node:process';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in scripts));
if (unknown.length > 0) throw new Error(`package.json has no script ${unknown.join(', ')}.`);

const waiting = [...names];
await Promise.all(Array.from({ length: availableParallelism() }, runThoseWaiting));

async function runThoseWaiting() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const start = performance.now();
    const { ended, output } = await run(scripts[name]);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    if (ended !== 0) process.exitCode = 1;
    process.stdout.write(`\n> ${name}: ${scripts[name]} (${seconds} s)\n${output}`);
    if (ended !== 0) process.stdout.write(`✗ ${name} ended with ${ended}.\n`);
  }
}

/** What it printed on both outputs, and the exit code or the signal it ended with. */
function run(command) {
  return new Promise((resolve, reject) => {
    // As npm would: through the shell, so that a script may be anything a shell understands.
    const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }

    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ ended: code ?? signal, output }));
  });
}
