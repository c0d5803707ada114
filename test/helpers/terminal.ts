import { spawnSync } from 'node:child_process';
import { execa } from 'execa';
import { BIN } from './cli.js';
import { eventually } from './eventually.js';
import type { Home } from './home.js';

/** True where util-linux can run a command in a terminal of its own. */
export const hasTerminal = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');

/** A terminal that a command runs in. */
export interface Terminal {
  /** All that was on the screen so far. */
  readonly screen: () => string;
  /** Waits for a text to come up, behind what was there at `from`. */
  until(text: string, from?: number): Promise<void>;
  type(keys: string): void;
  /** Resolves with the exit code of the command. */
  readonly ended: Promise<number | undefined>;
  /** Ends the command, whatever it does. */
  kill(): Promise<void>;
}

export interface TerminalOptions {
  readonly cwd: string;
  /** The whole environment of the command. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Runs a line of the shell in a terminal of its own. */
export function openTerminal(command: string, { cwd, env }: TerminalOptions): Terminal {
  const child = execa('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    stdin: 'pipe',
  });
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
  });
  return {
    screen: () => screen,
    until: async (text, from = 0) => {
      await eventually(
        () => `“${text}” on the screen: ${screen}`,
        () => screen.includes(text, from),
      );
    },
    type: (keys) => void child.stdin.write(keys),
    ended: child.then(({ exitCode }) => exitCode),
    async kill() {
      child.kill('SIGKILL');
      await child;
    },
  };
}

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
  const terminal = openTerminal(`stty cols 100; exec "${process.execPath}" "${BIN}" ${args}`, {
    cwd: home.work,
    env: { PATH: process.env.PATH, HOME: home.home, TERM: 'xterm-256color', ...env },
  });
  let seen = 0;
  for (const [expected, typed] of steps) {
    await terminal.until(expected, seen);
    seen = terminal.screen().length;
    terminal.type(typed);
  }

  const exitCode = await terminal.ended;
  return { exitCode, screen: terminal.screen() };
}
