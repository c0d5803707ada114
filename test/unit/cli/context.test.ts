import { describe, expect, test } from 'vitest';
import {
  checkedUrl,
  environment,
  overridingVariables,
  resolveContext,
  type ContextFlags,
} from '../../../src/cli/context.js';
import { ProfileFiles } from '../../../src/cli/profile-files.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const LOCAL = 'http://127.0.0.1:4280';
const tokens = { accessToken: 'at', refreshToken: 'rt', expiresAt: 5 };

/** A folder with the profiles `work` (current, when asked for) and `home`. */
async function profiles({ current = true } = {}): Promise<ProfileFiles> {
  const files = new ProfileFiles(temporaryFolder());
  const work = { apiUrl: 'https://work.example.com', clientId: 'work-id' };
  const home = { apiUrl: 'https://home.example.com', clientId: 'home-id' };
  await files.save('home', home, { clientSecret: 'home-secret' }, { current: false });
  await files.save('work', work, { clientSecret: 'work-secret', tokens }, { current });
  return files;
}

const nothing = () => new ProfileFiles(temporaryFolder());
const resolve = (files: ProfileFiles, flags: ContextFlags = {}, env: NodeJS.ProcessEnv = {}) =>
  resolveContext(flags, environment(env), files);

describe('which service, as whom', () => {
  test('is the embedded one when nothing is said', () => {
    expect(resolve(nothing())).toEqual({
      apiUrl: LOCAL,
      profile: null,
      clientId: undefined,
      clientSecret: undefined,
      tokens: undefined,
      credentialsFrom: 'profile',
      serviceFrom: 'default',
      profileFrom: null,
      isLocal: true,
      notice: null,
    });
  });

  test('is the current profile before the default', async () => {
    expect(resolve(await profiles())).toEqual({
      apiUrl: 'https://work.example.com',
      profile: 'work',
      clientId: 'work-id',
      clientSecret: 'work-secret',
      tokens,
      credentialsFrom: 'profile',
      serviceFrom: 'profile',
      profileFrom: 'current',
      isLocal: false,
      notice: null,
    });
  });

  test('is said together with what decided it', async () => {
    const files = await profiles();
    const url = 'https://other.example.com';
    const credentials = { CALREPLY_CLIENT_ID: 'env-id', CALREPLY_CLIENT_SECRET: 'env-secret' };
    const cases: [ContextFlags, NodeJS.ProcessEnv, object][] = [
      [{ profile: 'home' }, {}, { serviceFrom: 'profile', profileFrom: 'flag' }],
      [{}, { CALREPLY_PROFILE: 'home' }, { serviceFrom: 'profile', profileFrom: 'environment' }],
      [{ 'api-url': url }, {}, { serviceFrom: 'flag', profileFrom: null }],
      [{}, { CALREPLY_API_URL: url }, { serviceFrom: 'environment', profileFrom: null }],
      [{}, credentials, { serviceFrom: 'profile', profileFrom: null, credentialsFrom: 'environment' }],
      [{ local: true }, {}, { serviceFrom: 'default', profileFrom: null }],
    ];
    for (const [flags, env, expected] of cases) expect(resolve(files, flags, env)).toMatchObject(expected);
  });

  test('is not the address of a profile that was changed by hand to one where secrets are seen by others', async () => {
    const files = new ProfileFiles(temporaryFolder());
    await files.save(
      'work',
      { apiUrl: 'http://work.example.com', clientId: 'a' },
      { clientSecret: 's' },
      { current: true },
    );
    expect(() => resolve(files)).toThrow(expect.objectContaining({ code: 'InvalidUrl' }));
  });

  test('is the environment’s profile before the current one', async () => {
    const context = resolve(await profiles(), {}, { CALREPLY_PROFILE: 'home' });
    expect(context).toMatchObject({ apiUrl: 'https://home.example.com', profile: 'home', clientSecret: 'home-secret' });
    expect(context.tokens).toBeUndefined();
  });

  test('is the flag’s profile before the environment’s', async () => {
    const context = resolve(await profiles(), { profile: 'work' }, { CALREPLY_PROFILE: 'home' });
    expect(context).toMatchObject({ profile: 'work', clientId: 'work-id' });
  });

  test('is the environment’s address before the profile’s, and that is said', async () => {
    const context = resolve(await profiles(), {}, { CALREPLY_API_URL: 'https://env.example.com/' });
    expect(context).toMatchObject({ apiUrl: 'https://env.example.com', profile: null });
    expect(context.notice).toMatch(/CALREPLY_API_URL.*work/);
  });

  test('is the environment’s credentials before the profile’s, and that is said', async () => {
    const env = { CALREPLY_CLIENT_ID: 'env-id', CALREPLY_CLIENT_SECRET: 'env-secret' };
    const context = resolve(await profiles(), {}, env);
    expect(context).toMatchObject({
      apiUrl: 'https://work.example.com',
      // Tokens are kept per profile; those of other credentials must not get there.
      profile: null,
      clientId: 'env-id',
      clientSecret: 'env-secret',
      credentialsFrom: 'environment',
      isLocal: false,
    });
    expect(context.tokens).toBeUndefined();
    expect(context.notice).toMatch(/CALREPLY_CLIENT_ID.*work/);
    expect(context.notice).not.toContain('env-secret');
  });

  test('is said of both at once, in one sentence', async () => {
    const env = {
      CALREPLY_API_URL: 'https://env.example.com',
      CALREPLY_CLIENT_ID: 'env-id',
      CALREPLY_CLIENT_SECRET: 'env-secret',
    };
    const { notice } = resolve(await profiles(), {}, env);
    expect(notice).toBe('CALREPLY_API_URL and CALREPLY_CLIENT_ID from the environment go before profile work.');
  });

  test('is said of nothing where the environment beats no profile', async () => {
    const env = {
      CALREPLY_API_URL: 'https://env.example.com',
      CALREPLY_CLIENT_ID: 'env-id',
      CALREPLY_CLIENT_SECRET: 'env-secret',
    };
    expect(resolve(nothing(), {}, env)).toMatchObject({
      apiUrl: 'https://env.example.com',
      clientId: 'env-id',
      notice: null,
    });
    expect(resolve(await profiles(), {}, { CALREPLY_PROFILE: 'home' }).notice).toBeNull();
  });

  test('is the flag’s address before the environment’s', async () => {
    const flags = { 'api-url': 'https://flag.example.com' };
    const context = resolve(await profiles(), flags, { CALREPLY_API_URL: 'https://env.example.com' });
    expect(context).toMatchObject({ apiUrl: 'https://flag.example.com', notice: null });
  });

  test.each<[string, ContextFlags, NodeJS.ProcessEnv]>([
    ['by flag', { 'api-url': 'https://other.example.com' }, {}],
    ['by flag beside a profile', { 'api-url': 'https://other.example.com', profile: 'work' }, {}],
    ['by environment', {}, { CALREPLY_API_URL: 'https://other.example.com' }],
  ])('is nobody at another address than the profile’s, named %s', async (_, flags, env) => {
    const files = await profiles();
    const nobody = { profile: null, clientId: undefined, clientSecret: undefined, tokens: undefined };
    expect(resolve(files, flags, env)).toMatchObject({ apiUrl: 'https://other.example.com', ...nobody });
    const credentials = { CALREPLY_CLIENT_ID: 'env-id', CALREPLY_CLIENT_SECRET: 'env-secret' };
    expect(resolve(files, flags, { ...env, ...credentials })).toMatchObject({
      apiUrl: 'https://other.example.com',
      profile: null,
      clientId: 'env-id',
      clientSecret: 'env-secret',
    });
  });

  test('is the profile also when its own address is given', async () => {
    expect(resolve(await profiles(), { 'api-url': 'https://work.example.com/' })).toMatchObject({
      profile: 'work',
      clientSecret: 'work-secret',
      tokens,
    });
  });

  test('is all of the flag’s profile: nothing of the environment goes before it', async () => {
    const env = {
      CALREPLY_API_URL: 'https://env.example.com',
      CALREPLY_CLIENT_ID: 'env-id',
      CALREPLY_CLIENT_SECRET: 'env-secret',
    };
    expect(resolve(await profiles(), { profile: 'home' }, env)).toMatchObject({
      apiUrl: 'https://home.example.com',
      profile: 'home',
      clientId: 'home-id',
      clientSecret: 'home-secret',
      notice: null,
    });
  });

  test('is the embedded one with --local, whatever else there is', async () => {
    const env = {
      CALREPLY_API_URL: 'https://env.example.com',
      CALREPLY_CLIENT_ID: 'env-id',
      CALREPLY_CLIENT_SECRET: 'env-secret',
      CALREPLY_PROFILE: 'home',
    };
    const context = resolve(await profiles(), { local: true }, env);
    expect(context).toMatchObject({ apiUrl: LOCAL, isLocal: true, clientId: undefined, notice: null });
  });

  test('takes a variable that is empty for none', async () => {
    const files = await profiles();
    const env = { CALREPLY_API_URL: '', CALREPLY_PROFILE: '', CALREPLY_CLIENT_ID: '', CALREPLY_CLIENT_SECRET: '' };
    expect(resolve(files, {}, env)).toEqual(resolve(files));
  });

  test('is nobody by half of the credentials in the environment: what is missing is named', async () => {
    const files = await profiles();
    const halves = [
      [{ CALREPLY_CLIENT_ID: 'env-id', CALREPLY_CLIENT_SECRET: '' }, 'CALREPLY_CLIENT_SECRET is missing'],
      [{ CALREPLY_CLIENT_SECRET: 'env-secret' }, 'CALREPLY_CLIENT_ID is missing'],
    ] as const;
    for (const [env, words] of halves) {
      const wrongUse = expect.objectContaining({ code: 'WrongUse', message: expect.stringContaining(words) });
      expect(() => resolve(files, {}, env)).toThrow(wrongUse);
      expect(() => resolve(nothing(), {}, env)).toThrow(wrongUse);
      // Elsewhere than at the profile's own address, the credentials come from the environment also with --profile.
      expect(() => resolve(files, { profile: 'work', 'api-url': 'https://other.example.com' }, env)).toThrow(wrongUse);
      expect(resolve(files, { profile: 'work' }, env)).toMatchObject({ clientId: 'work-id' });
      expect(resolve(files, { local: true }, env)).toMatchObject({ isLocal: true });
    }
  });
});

describe('a profile that does not exist', () => {
  test('is wrong use, with those that do', async () => {
    const files = await profiles();
    const wrongUse = { code: 'WrongUse', hint: expect.stringMatching(/home.*work|work.*home/) };
    for (const name of ['nobody', '__proto__', 'toString']) {
      expect(() => resolve(files, { profile: name }), name).toThrow(expect.objectContaining(wrongUse));
      expect(() => resolve(files, {}, { CALREPLY_PROFILE: name }), name).toThrow(expect.objectContaining(wrongUse));
    }
  });

  test('is told with what named it, where that is not on the command line', async () => {
    const files = await profiles();
    expect(() => resolve(files, {}, { CALREPLY_PROFILE: 'nobody' })).toThrow(
      'There is no profile “nobody”, which CALREPLY_PROFILE names.',
    );
    await files.use('gone');
    expect(() => resolve(files)).toThrow('There is no profile “gone”, though the settings say it is the current one.');
  });

  test('is wrong use, with how to make one when there is none', () => {
    expect(() => resolve(nothing(), { profile: 'work' })).toThrow(
      expect.objectContaining({ code: 'WrongUse', hint: expect.stringContaining('calreply login') }),
    );
  });
});

describe('the address of a service', () => {
  test.each([
    ['https://api.example.com', 'https://api.example.com'],
    ['https://api.example.com/', 'https://api.example.com'],
    ['https://example.com/calreply/', 'https://example.com/calreply'],
    ['http://127.0.0.1:4280', 'http://127.0.0.1:4280'],
    ['http://localhost:4280/', 'http://localhost:4280'],
    ['http://[::1]:4280', 'http://[::1]:4280'],
  ])('may be %s', (text, expected) => {
    expect(checkedUrl(text)).toBe(expected);
  });

  test.each([
    ...['', 'api.example.com', 'http://api.example.com', 'http://10.0.0.1', 'ftp://127.0.0.1', 'javascript:alert(1)'],
    ...['http://127.0.0.1.example.com', 'http://localhost.example.com', 'http://127.0.0.1@example.com'],
    ...['https://api.example.com/?a=1', 'https://api.example.com/#a', 'https://me@api.example.com'],
  ])('may not be “%s”: credentials go there', (text) => {
    expect(() => checkedUrl(text)).toThrow(expect.objectContaining({ code: 'InvalidUrl' }));
  });
});

test('the address of a service has no password in it, and one that has is not repeated', () => {
  expect(() => checkedUrl('https://me:hunter2@api.example.com')).toThrow(
    expect.objectContaining({
      code: 'InvalidUrl',
      message: expect.not.stringContaining('hunter2'),
      hint: expect.not.stringContaining('hunter2'),
    }),
  );
});

test('the environment goes before the current profile by what it names, and by nothing that is the same', () => {
  const variables = (env: NodeJS.ProcessEnv) => overridingVariables(environment(env), 'work');
  expect(variables({})).toEqual([]);
  expect(variables({ CALREPLY_PROFILE: 'work', CALREPLY_CLIENT_ID: 'half' })).toEqual([]);
  expect(
    variables({
      CALREPLY_PROFILE: 'home',
      CALREPLY_API_URL: 'https://env.example.com',
      CALREPLY_CLIENT_ID: 'env-id',
      CALREPLY_CLIENT_SECRET: 'env-secret',
    }),
  ).toEqual(['CALREPLY_PROFILE', 'CALREPLY_API_URL', 'CALREPLY_CLIENT_ID']);
});

test('a proxy is named by either case of its variable, and an empty one names none', () => {
  const proxies = (env: NodeJS.ProcessEnv) => environment(env).proxies;
  const value = 'http://proxy:3128';
  for (const name of ['HTTPS_PROXY', 'https_proxy']) expect(proxies({ [name]: value }).https).toEqual({ name, value });
  for (const name of ['HTTP_PROXY', 'http_proxy']) expect(proxies({ [name]: value }).http).toEqual({ name, value });
  expect(proxies({ HTTPS_PROXY: '', NO_PROXY: '*' })).toEqual({ http: undefined, https: undefined, except: '*' });
  expect(proxies({ https_proxy: '', HTTPS_PROXY: value }).https).toBeUndefined();
});
