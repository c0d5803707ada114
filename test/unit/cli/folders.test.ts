import { fileURLToPath } from 'node:url';
import { Config } from '@oclif/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { configFolder, dataFolder } from '../../../src/cli/folders.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

test.each([
  { HOME: '/home/me', XDG_CONFIG_HOME: '', XDG_DATA_HOME: '' },
  { HOME: '/home/me', XDG_CONFIG_HOME: '/etc/me', XDG_DATA_HOME: '/var/lib/me' },
])('settings and data are where oclif looks for them: %o', async (env) => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });

  const { configDir, dataDir } = await Config.load(ROOT);

  expect(configFolder(env)).toBe(configDir);
  expect(dataFolder(env)).toBe(dataDir);
});
