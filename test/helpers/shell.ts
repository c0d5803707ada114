import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SCRIPTS } from '../../src/cli/completion/scripts.js';
import type { Shell } from '../../src/cli/completion/shells.js';
import { BIN } from './cli.js';
import { eventually } from './eventually.js';
import type { Home } from './home.js';
import { openTerminal } from './terminal.js';

export function hasShell(shell: Shell): boolean {
  return spawnSync(shell, ['--version']).status === 0;
}

/** What starts a shell that has the completion script and nothing of the machine's own settings. */
const START: Readonly<Record<Shell, (script: string) => { readonly rc: string; readonly command: string }>> = {
  bash: (script) => ({
    rc: `${script}\nPS1='ready> '`,
    command: 'bash --noprofile --rcfile rc -i',
  }),
  zsh: (script) => ({
    rc: `autoload -Uz compinit && compinit -u -D\n${script}\nPS1='ready> '`,
    command: 'ZDOTDIR=. zsh -d -i',
  }),
  fish: (script) => ({
    rc: `${script}\nfunction fish_prompt; echo 'ready> '; end; function fish_greeting; end`,
    command: "fish --no-config --interactive --init-command 'source rc'",
  }),
};

/**
 * Types `keys` into a shell of its own in a terminal, and gives the command lines that calreply was then run with. The
 * program is the real one as far as completion asks it; a command that is entered is only noted.
 */
export async function typedInShell(home: Home, shell: Shell, keys: string): Promise<readonly string[]> {
  const folder = join(home.folder, `in-${shell}`);
  mkdirSync(folder, { recursive: true });
  const log = join(folder, 'log');
  writeFileSync(log, '');
  const program = join(folder, 'calreply');
  const ask = `exec "${process.execPath}" "${BIN}" "$@"`;
  writeFileSync(program, `#!/bin/sh\ncase $1 in __complete) ${ask};; esac\nprintf '%s\\n' "$*" >> "${log}"\n`);
  chmodSync(program, 0o755);
  const { rc, command } = START[shell](SCRIPTS[shell]);
  for (const name of ['rc', '.zshrc']) writeFileSync(join(folder, name), `${rc}\n`);

  const terminal = openTerminal(command, {
    cwd: folder,
    env: {
      PATH: [folder, process.env.PATH].join(delimiter),
      HOME: home.home,
      TERM: 'xterm',
      LC_ALL: 'C.UTF-8',
    },
  });
  try {
    await terminal.until('ready>');
    terminal.type(keys);
    await eventually(
      () => `calreply to be run from ${shell}: ${terminal.screen()}`,
      () => readFileSync(log, 'utf8') !== '',
    );
  } finally {
    await terminal.kill();
  }

  return readFileSync(log, 'utf8').trimEnd().split('\n');
}
