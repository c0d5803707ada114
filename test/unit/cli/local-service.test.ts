import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { LOCAL_PROFILE } from '../../../src/cli/context.js';
import { ensureLocalService } from '../../../src/cli/local-service.js';
import { ProfileFiles } from '../../../src/cli/profile-files.js';
import { listenLocally } from '../../helpers/listen-locally.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

test('a service that answers already, and is about to write its credentials, is waited for', async () => {
  const apiUrl = `http://127.0.0.1:${await listenLocally(createServer((socket) => socket.destroy()))}`;
  const files = new ProfileFiles(temporaryFolder());
  const options = { files, dataHome: temporaryFolder(), version: '0', onStarting: () => undefined };

  const ensured = ensureLocalService(apiUrl, options).then(() => files.profile(LOCAL_PROFILE));
  await files.save(LOCAL_PROFILE, { apiUrl, clientId: 'client' }, { clientSecret: 'secret' }, { current: false });

  expect(await ensured).toMatchObject({ apiUrl });
});
