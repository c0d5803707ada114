import { spawnSync } from 'node:child_process';
import { execa } from 'execa';
import { BIN } from './cli.js';
import { eventually } from './eventually.js';
import type { Home } from './home.js';

/** True where util-linux can run a command in a terminal of its own. */
export const hasTerminal = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');

/**
 * Runs a command as in a terminal of 100 columns; types `keys` as soon as `prompt` is on the screen, or one after the other
 * the keys of each step as soon as its prompt has come up after those of the one before.
 */
export async function inTerminal(
  home: Home,
  args: string,
  {
    env = {},
    prompt,
    keys = '',
    steps = prompt === undefined ? [] : [[prompt, keys]],
  }: {
    env?: Record<string, string>;
    prompt?: string;
    keys?: string;
    steps?: readonly (readonly [prompt: string, keys: string])[];
  } = {},
): Promise<{ exitCode: number | undefined; screen: string }> {
  const command = `stty cols 100; exec "${process.execPath}" "${BIN}" ${args}`;
  const child = execa('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: home.work,
    env: { PATH: process.env.PATH, HOME: home.home, TERM: 'xterm-256color', ...env },
    extendEnv: false,
    reject: false,
    stdin: 'pipe',
  });
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
  });
  let seen = 0;
  for (const [expected, typed] of steps) {
    await eventually(`“${expected}” on the screen`, () => screen.includes(expected, seen));
    seen = screen.length;
    child.stdin.write(typed);
  }

  const { exitCode } = await child;
  return { exitCode, screen };
}
