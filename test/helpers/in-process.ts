import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from '@oclif/core';
import { vi } from 'vitest';
import type { BaseCommand } from '../../src/cli/base-command.js';
import { commandConfig } from '../../src/cli/command-config.js';
import { helpPage } from '../../src/cli/help-page.js';
import { out } from '../../src/cli/output/terminal.js';
import { Program } from '../../src/cli/program.js';
import type { Finished } from './cli.js';
import { temporaryFolder } from './temporary-folder.js';

const ROOT = new URL('../../', import.meta.url);
const PROGRAM = new Program(fileURLToPath(ROOT));

/** The class of a command, from its source. */
export interface LoadedCommand {
  /** `webhooks list` */
  readonly id: string;
  readonly Command: Command.Class;
}

/** Every command there is in src/commands. */
export async function everyCommand(): Promise<LoadedCommand[]> {
  const folder = new URL('src/commands/', ROOT);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort();
  return Promise.all(
    files.map(async (file) => {
      const module = (await import(new URL(file, folder).href)) as { readonly default: Command.Class };
      const words = file.replace(/\.ts$/, '').split(/[\\/]/);
      return { id: words.join(' '), Command: Object.assign(module.default, { id: words.join(':') }) };
    }),
  );
}

interface LoadedFlag {
  readonly summary?: string | undefined;
  readonly multiple?: boolean | undefined;
  readonly multipleNonGreedy?: boolean | undefined;
}

/** The flags that the parser of this command knows. */
export function flagsOf({ Command }: LoadedCommand): Record<string, LoadedFlag> {
  return { ...Command.baseFlags, ...Command.flags };
}

export interface InProcessOptions {
  /** Variables beside those of a machine without settings. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a command in this process, which is much faster than a process of its own, and the same up to what only a process
 * has: signals, standard input, a closed pipe.
 */
export async function runInProcess(
  { Command }: LoadedCommand,
  args: readonly string[],
  options: InProcessOptions = {},
): Promise<Finished> {
  const Class = Command as unknown as new (...args: ConstructorParameters<typeof BaseCommand>) => BaseCommand;
  return captured(options, () => new Class([...args], commandConfig(PROGRAM)).execute());
}

/** Shows the help of a command, as --help behind it does. */
export async function helpInProcess({ id }: LoadedCommand): Promise<Finished> {
  return captured({}, async () => out(helpPage(PROGRAM, [...id.split(' '), '--help'])));
}

async function captured({ env = {} }: InProcessOptions, work: () => Promise<void>): Promise<Finished> {
  const nothing = { CALREPLY_CLIENT_ID: '', CALREPLY_CLIENT_SECRET: '', CALREPLY_API_URL: '', CALREPLY_PROFILE: '' };
  const clean = { ...nothing, HTTP_PROXY: '', HTTPS_PROXY: '', http_proxy: '', https_proxy: '', NO_COLOR: '1' };
  for (const [name, value] of Object.entries({ ...clean, CALREPLY_CONFIG_DIR: temporaryFolder(), ...env }))
    vi.stubEnv(name, value);
  const printed = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text, ...more: readonly unknown[]) => {
      printed[stream] += String(text);
      const taken = more.find((one) => typeof one === 'function') as (() => void) | undefined;
      taken?.();
      return true;
    }),
  );
  try {
    await work();
    return { exitCode: Number(process.exitCode ?? 0), ...printed };
  } catch (error) {
    return { exitCode: (error as { readonly oclif?: { readonly exit?: number } }).oclif?.exit, ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
    process.exitCode = undefined;
  }
}
