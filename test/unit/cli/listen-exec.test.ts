import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { execOf } from '../../../src/cli/listen-exec.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const listener = {
  id: 'lsn_1',
  name: 'ci',
  webhookId: 'whk_1',
  secret: 'whsec_x',
  inboxUrl: 'http://127.0.0.1:9/in/1',
  tunnelUrl: 'ws://127.0.0.1:9/tunnel',
  createdAt: '2026-11-28T00:00:00.000Z',
  connected: false,
  eventTypes: [],
  signAs: null,
};

afterEach(() => vi.unstubAllEnvs());

/** What a command sees of who it is. */
async function seenWith(profile: string | null): Promise<string> {
  vi.stubEnv('CALREPLY_CLIENT_ID', 'somebody');
  vi.stubEnv('CALREPLY_CLIENT_SECRET', 'else');
  vi.stubEnv('CALREPLY_PROFILE', undefined);
  const file = join(temporaryFolder(), 'seen');
  const line = `echo "$CALREPLY_PROFILE $CALREPLY_CLIENT_ID $CALREPLY_CLIENT_SECRET" > "${file}"`;
  const exec = execOf(line, { listener, apiUrl: 'http://127.0.0.1:9', profile, asJson: true })?.();
  expect(await exec?.ended).toEqual({ exitCode: 0, signal: null });
  await exec?.stop('SIGTERM');
  return readFileSync(file, 'utf8').trim();
}

test('a command is the client of the profile, whatever credentials the environment has', async () => {
  expect(await seenWith('staging')).toBe('staging');
});

test('without a profile it has the credentials of the environment, which the listener has too', async () => {
  expect(await seenWith(null)).toBe('somebody else');
});
