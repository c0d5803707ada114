import { expect, test } from 'vitest';
import { connectionHints } from '../../../src/cli/connection-hints.js';
import type { Context } from '../../../src/cli/context.js';

const context: Context = {
  apiUrl: 'https://api.example.com',
  profile: 'staging',
  account: undefined,
  clientId: 'me',
  clientSecret: 'secret',
  tokens: undefined,
  credentialsFrom: 'profile',
  serviceFrom: 'profile',
  profileFrom: 'current',
  isLocal: false,
  notice: null,
};
const ofEnvironment = { profile: null, profileFrom: null, credentialsFrom: 'environment' } as const;

test('credentials of the environment that are refused are looked for there, since a login would change nothing', () => {
  expect(connectionHints({ ...context, ...ofEnvironment }).refused).toBe(
    'Check CALREPLY_CLIENT_ID and CALREPLY_CLIENT_SECRET in the environment, or unset both to use a profile.',
  );
  expect(connectionHints(context).refused).toBe(
    'Log in again with: calreply login --profile staging --api-url https://api.example.com',
  );
});

test('credentials without an address, as in CI, are told which variable is missing', () => {
  const { unreachable } = connectionHints({ ...context, ...ofEnvironment, serviceFrom: 'default' });
  expect(unreachable).toBe('CALREPLY_API_URL is not set, so the embedded service was meant. Set it.');
});

test('the embedded service is to be started, and of another one the address is all that is known', () => {
  expect(connectionHints({ ...context, profile: 'local' }).unreachable).toBe('Start it with: calreply serve');
  expect(connectionHints(context).unreachable).toBeUndefined();
});
