import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { LOCAL_PROFILE } from '../../../src/cli/context.js';
import { ensureLocalService } from '../../../src/cli/local-service.js';
import { ProfileFiles } from '../../../src/cli/profile-files.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

test('a service that answers already, and is about to write its credentials, is waited for', async () => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const files = new ProfileFiles(temporaryFolder());
  const options = { files, dataHome: temporaryFolder(), version: '0', onStarting: () => undefined };

  const ensured = ensureLocalService(apiUrl, options).then(() => files.profile(LOCAL_PROFILE));
  await files.save(LOCAL_PROFILE, { apiUrl, clientId: 'client' }, { clientSecret: 'secret' }, { current: false });

  expect(await ensured).toMatchObject({ apiUrl });
});
