import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';

/** The built command line. */
export const CALREPLY = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

/** A home folder of its own for what is measured: nothing of the person who measures is read or changed. */
export interface Home {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  remove(): void;
}

export function temporaryHome(): Home {
  const folder = mkdtempSync(join(tmpdir(), 'calreply-bench-'));
  return {
    folder,
    env: { PATH: process.env.PATH, HOME: folder, CALREPLY_CONFIG_DIR: join(folder, 'config'), ...certificates() },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Node reads this file at every start, bare Node too, so what is compared has it or has it not as who measures does. */
function certificates(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS } = process.env;
  return NODE_EXTRA_CA_CERTS === undefined ? {} : { NODE_EXTRA_CA_CERTS };
}

export interface StartOptions {
  /** A folder for the CPU profile that the process writes when it ends. */
  readonly profile?: string | undefined;
  /** More flags. */
  readonly flags?: readonly string[];
  /** More variables. */
  readonly env?: NodeJS.ProcessEnv;
  /** Told of the process at once, before it is ready: it is to be ended also when it never is. */
  readonly onSpawn?: (child: ChildProcess) => void;
}

/** Starts `calreply …` as a process of its own. */
export function startCalreply(
  home: Home,
  args: readonly string[],
  { profile, env, onSpawn }: StartOptions = {},
): ChildProcess {
  const nodeFlags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const isService = args[0] === 'serve';
  const child = spawn(process.execPath, [...nodeFlags, CALREPLY, ...args], {
    env: { ...home.env, ...env },
    // What a listener prints, it prints; nobody reads it here.
    stdio: ['ignore', isService ? 'pipe' : 'ignore', isService ? 'inherit' : 'ignore'],
  });
  onSpawn?.(child);
  return child;
}

export interface Service {
  readonly process: ChildProcess;
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Starts `calreply serve` on any free port, with its data in `home`, and waits until it is ready. */
export async function startService(home: Home, options?: StartOptions): Promise<Service> {
  return readyService(home, spawnService(home, 0, options));
}

/** Starts `calreply serve`, with its data in `home`; `port` 0 is any that is free. */
export function spawnService(home: Home, port: number, options?: StartOptions): ChildProcess {
  const args = ['serve', '--port', String(port), '--data-dir', join(home.folder, 'data'), '--json'];
  return startCalreply(home, [...args, ...(options?.flags ?? [])], options);
}

/** The service that runs in a process, once it is ready. */
export async function readyService(home: Home, child: ChildProcess): Promise<Service> {
  if (!child.stdout) throw new Error('The service has no output to read.');
  for await (const line of createInterface({ input: child.stdout })) {
    const { type, url } = JSON.parse(line) as { type: string; url: string };
    // The line is written after the profile, so its credentials are there.
    if (type === 'ready') return { process: child, url, ...localCredentials(home) };
  }

  throw new Error('The service ended before it was ready.');
}

/** Ends a process that was started here, and waits for its end. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Logs in, for requests of the bench's own. The token holds for five minutes. */
export async function accessToken({ url, clientId, clientSecret }: Service): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const answer = await request(`${url}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
  const { access_token: token } = (await answer.body.json()) as { access_token: string };
  return token;
}

function localCredentials({ folder }: Home): { clientId: string; clientSecret: string } {
  const read = (name: string) => JSON.parse(readFileSync(join(folder, 'config', `${name}.json`), 'utf8')) as unknown;
  const config = read('config') as { profiles: { local: { clientId: string } } };
  const credentials = read('credentials') as { profiles: { local: { clientSecret: string } } };
  return { clientId: config.profiles.local.clientId, clientSecret: credentials.profiles.local.clientSecret };
}
