import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROFILE_NAME, ProfileFiles } from '../../../src/cli/profile-files.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const work = { apiUrl: 'https://work.example.com', clientId: 'work-id' };
const secrets = { clientSecret: 'work-secret' };
const tokens = { accessToken: 'at', refreshToken: 'rt', expiresAt: 5 };
const permissions = (path: string) => statSync(path).mode & 0o777;

const newFolder = () => join(temporaryFolder(), 'config');
const config = (folder: string) => join(folder, 'config.json');
const credentials = (folder: string) => join(folder, 'credentials.json');

async function saved(folder = newFolder()): Promise<{ folder: string; files: ProfileFiles }> {
  const files = new ProfileFiles(folder);
  await files.save('work', work, secrets, { current: true });
  return { folder, files };
}

describe('profiles', () => {
  test('are none where nothing was saved, and nothing is made by looking', () => {
    const folder = newFolder();
    const files = new ProfileFiles(folder);
    expect(files.settings()).toEqual({ currentProfile: undefined, profiles: {} });
    expect(files.secrets('work')).toBeUndefined();
    expect(() => statSync(folder)).toThrow();
  });

  test('are read back by another process as they were saved', async () => {
    const { folder, files } = await saved();
    await files.save('home', { ...work, clientId: 'home-id' }, { clientSecret: 'b', tokens }, { current: false });
    const other = new ProfileFiles(folder);
    expect(other.settings()).toEqual({
      currentProfile: 'work',
      profiles: { work, home: { ...work, clientId: 'home-id' } },
    });
    expect(other.secrets('work')).toEqual(secrets);
    expect(other.secrets('home')).toEqual({ clientSecret: 'b', tokens });
  });

  test('keep their secrets out of the file that may be shown', async () => {
    const { folder, files } = await saved();
    await files.saveSecrets('work', { ...secrets, tokens });
    const shown = readFileSync(config(folder), 'utf8');
    for (const secret of [secrets.clientSecret, tokens.accessToken, tokens.refreshToken]) {
      expect(shown).not.toContain(`"${secret}"`);
    }
    expect(files.secrets('work')).toEqual({ ...secrets, tokens });
  });

  test('become the current one, also the embedded service before it has run', async () => {
    const { files } = await saved();
    await files.save('home', work, { clientSecret: 'home-secret' }, { current: false });
    for (const name of ['home', 'local']) {
      await files.use(name);
      expect(files.settings()).toEqual({ currentProfile: name, profiles: { work, home: work } });
    }
  });

  test('are forgotten with their secrets', async () => {
    const { folder, files } = await saved();
    await files.save('home', work, { clientSecret: 'home-secret' }, { current: false });
    expect(await files.remove('work')).toBe(true);
    expect(await files.remove('work')).toBe(false);
    expect(await files.remove('__proto__')).toBe(false);
    expect(files.settings()).toEqual({ currentProfile: undefined, profiles: { home: work } });
    expect(files.secrets('work')).toBeUndefined();
    expect(readFileSync(credentials(folder), 'utf8')).not.toContain('work-secret');
    expect(files.secrets('home')).toEqual({ clientSecret: 'home-secret' });
  });

  test('keep renewed tokens', async () => {
    const { files } = await saved();
    await files.keepTokens('work', { ...secrets, tokens });
    expect(files.secrets('work')).toEqual({ ...secrets, tokens });
  });

  test('that are forgotten stay so when a command that still runs renews its tokens', async () => {
    const { files } = await saved();
    await files.remove('work');
    await files.keepTokens('work', { ...secrets, tokens });
    expect(files.secrets('work')).toBeUndefined();
  });

  test('keep no tokens that were got by another secret', async () => {
    const { files } = await saved();
    await files.keepTokens('work', { clientSecret: 'earlier-secret', tokens });
    expect(files.secrets('work')).toEqual(secrets);
  });

  test('that are saved at the same moment are all kept', async () => {
    const { files } = await saved();
    const names = ['one', 'two', 'three', 'four'];
    await Promise.all(names.map((name) => files.save(name, work, { clientSecret: name }, { current: false })));
    await Promise.all([files.saveSecrets('one', { clientSecret: 'new' }), files.saveSecrets('two', secrets)]);
    expect(Object.keys(files.settings().profiles).sort()).toEqual(['work', ...names].sort());
    expect(files.settings().currentProfile).toBe('work');
    const kept = ['work', ...names].map((name) => files.secrets(name)?.clientSecret);
    expect(kept).toEqual(['work-secret', 'new', 'work-secret', 'three', 'four']);
  });

  test('have names that are safe as a key and in a shell', () => {
    for (const name of ['a', 'work', 'eu-1', 'a_b', '0', 'a'.repeat(64)]) expect(name).toMatch(PROFILE_NAME);
    for (const name of ['', '-a', '_a', 'A', 'a b', 'a.b', '../a', '__proto__', 'a\n', 'ä', 'a'.repeat(65)]) {
      expect(name).not.toMatch(PROFILE_NAME);
    }
  });
});

describe.skipIf(process.platform === 'win32')('the files', () => {
  test('are their owner’s alone', async () => {
    const { folder, files } = await saved();
    await files.saveSecrets('work', { ...secrets, tokens });
    expect(permissions(folder)).toBe(0o700);
    expect(permissions(credentials(folder))).toBe(0o600);
    expect(permissions(config(folder)) & 0o077).toBe(0);
  });

  test('become so when they were open to others', async () => {
    const { folder, files } = await saved();
    chmodSync(folder, 0o755);
    chmodSync(credentials(folder), 0o644);
    await files.saveSecrets('work', { ...secrets, tokens });
    expect(permissions(folder)).toBe(0o700);
    expect(permissions(credentials(folder))).toBe(0o600);
  });

  test('are replaced whole, with nothing left beside them', async () => {
    const { folder, files } = await saved();
    const before = statSync(credentials(folder)).ino;
    const reader = readFileSync(credentials(folder), 'utf8');
    await files.saveSecrets('work', { ...secrets, tokens });
    expect(statSync(credentials(folder)).ino).not.toBe(before);
    expect(JSON.parse(reader)).toEqual({ profiles: { work: secrets } });
    expect(readdirSync(folder).sort()).toEqual(['config.json', 'credentials.json']);
  });

  test('may be in a folder that a link of one’s own leads to', async () => {
    const { folder } = await saved();
    const link = join(temporaryFolder(), 'link');
    symlinkSync(folder, link);
    expect(new ProfileFiles(link).secrets('work')).toEqual(secrets);
  });

  test('of settings may not be a link, which a change would silently replace', async () => {
    const { folder, files } = await saved();
    const elsewhere = join(temporaryFolder(), 'elsewhere.json');
    renameSync(config(folder), elsewhere);
    symlinkSync(elsewhere, config(folder));
    expect(() => files.settings()).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('CALREPLY_CONFIG_DIR') }),
    );
    await expect(files.use('work')).rejects.toMatchObject({ code: 'SettingsUnreadable' });
  });

  test('of secrets may not be a link to another place', async () => {
    const { folder, files } = await saved();
    const elsewhere = join(temporaryFolder(), 'elsewhere.json');
    renameSync(credentials(folder), elsewhere);
    symlinkSync(elsewhere, credentials(folder));
    expect(() => files.secrets('work')).toThrow(expect.objectContaining({ code: 'SettingsUnreadable' }));
    await expect(files.saveSecrets('work', { clientSecret: 'new' })).rejects.toMatchObject({
      code: 'SettingsUnreadable',
    });
    expect(readFileSync(elsewhere, 'utf8')).not.toContain('"new"');
  });

  test('that cannot be changed cost no command its work when a token is renewed', async () => {
    const { folder, files } = await saved();
    const elsewhere = join(temporaryFolder(), 'elsewhere.json');
    renameSync(credentials(folder), elsewhere);
    symlinkSync(elsewhere, credentials(folder));
    await expect(files.keepTokens('work', { ...secrets, tokens })).resolves.toBeUndefined();
    expect(readFileSync(elsewhere, 'utf8')).not.toContain('"rt"');
  });
});

describe.skipIf(process.platform === 'win32')('rights that are too loose', () => {
  /** The sentences that are said while `look` is done. */
  async function saidWhile(folder: string, look: (files: ProfileFiles) => unknown): Promise<string[]> {
    const said: string[] = [];
    await look(new ProfileFiles(folder, { say: (text) => said.push(text) }));
    return said;
  }

  test('of the credentials are put right when they are read, and said once', async () => {
    const { folder } = await saved();
    chmodSync(credentials(folder), 0o644);
    const read = (files: ProfileFiles) => expect(files.secrets('work')).toEqual(secrets);
    expect(await saidWhile(folder, read)).toEqual([
      `${credentials(folder)} can be read by others (mode 0644). It is yours alone now (mode 0600).`,
    ]);
    expect(permissions(credentials(folder))).toBe(0o600);
    expect(await saidWhile(folder, read)).toEqual([]);
  });

  test('of the settings matter to nobody', async () => {
    const { folder } = await saved();
    chmodSync(config(folder), 0o644);
    expect(await saidWhile(folder, (files) => files.settings())).toEqual([]);
  });

  test('of the folder are put right when something is saved, and said', async () => {
    const { folder } = await saved();
    chmodSync(folder, 0o777);
    expect(await saidWhile(folder, (files) => files.saveSecrets('work', secrets))).toEqual([
      `${folder} can be entered by others (mode 0777). It is yours alone now (mode 0700).`,
    ]);
  });

  test.each([
    ['others may write to it and it holds other things', 0o777, ['notes.txt']],
    ['it is everybody’s, also when it is empty', 0o1777, []],
  ])('of a folder that is not ours are not touched: nothing is saved where %s', async (_, mode, names) => {
    const folder = temporaryFolder();
    for (const name of names) writeFileSync(join(folder, name), '');
    chmodSync(folder, mode);
    await expect(saved(folder)).rejects.toMatchObject({
      code: 'SettingsUnreadable',
      message: expect.stringContaining('others may write to it'),
      hint: expect.stringContaining('CALREPLY_CONFIG_DIR'),
    });
    expect(readdirSync(folder)).toEqual(names);
    expect(statSync(folder).mode & 0o7777).toBe(mode);
  });

  test('of a folder with other things in it stay, where others can only look', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'notes.txt'), '');
    chmodSync(folder, 0o755);
    await saved(folder);
    expect(permissions(folder)).toBe(0o755);
    expect(permissions(credentials(folder))).toBe(0o600);
  });
});

describe('a change that cannot be made', () => {
  test('leaves both files as they were, also when only the second one fails', async () => {
    const { folder, files } = await saved();
    const before = [config(folder), credentials(folder)].map((path) => readFileSync(path, 'utf8'));
    const full = {
      toJSON() {
        throw new Error('no room');
      },
    };
    const other = { apiUrl: 'https://other.example.com', clientId: 'other' };
    const otherSecrets = { clientSecret: 'other-secret' };
    for (const failing of [
      () => files.save('work', { ...other, ...full }, otherSecrets, { current: true }),
      () => files.save('work', other, { ...otherSecrets, ...full }, { current: true }),
    ]) {
      await expect(failing()).rejects.toMatchObject({
        code: 'SettingsUnreadable',
        message: expect.stringContaining('no room'),
      });
      expect([config(folder), credentials(folder)].map((path) => readFileSync(path, 'utf8'))).toEqual(before);
    }
  });

  test.each(['__proto__', 'constructor ', '', '../a', 'A', 'a'.repeat(65)])(
    'is one of a profile “%s”',
    async (name) => {
      const { files } = await saved();
      for (const change of [
        () => files.save(name, work, secrets, { current: true }),
        () => files.saveSecrets(name, secrets),
        () => files.use(name),
      ])
        await expect(change()).rejects.toMatchObject({ code: 'WrongUse' });
      expect(files.profile(name)).toBeUndefined();
      expect(files.secrets(name)).toBeUndefined();
      expect(files.settings()).toEqual({ currentProfile: 'work', profiles: { work } });
    },
  );
});

describe('a login that is killed on its way', () => {
  /** What another process finds before each file is written: the profile, and its secret. */
  async function seenWhileSaving(profile: typeof work) {
    const { folder, files } = await saved();
    const seen: unknown[] = [];
    // Each file is made into JSON right before it is written.
    const told = <T extends object>(value: T): T => ({
      ...value,
      toJSON() {
        const other = new ProfileFiles(folder);
        seen.push([other.profile('work')?.clientId, other.secrets('work')?.clientSecret]);
        return value;
      },
    });
    await files.save('work', told(profile), told({ clientSecret: 'new-secret' }), { current: true });
    expect(files.secrets('work')).toEqual({ clientSecret: 'new-secret' });
    return seen;
  }

  test('leaves no secret of one account under another', async () => {
    expect(await seenWhileSaving({ apiUrl: 'https://other.example.com', clientId: 'other-id' })).toEqual([
      ['work-id', undefined],
      ['other-id', undefined],
    ]);
  });

  test('to the same account leaves the old secret until the new one is there', async () => {
    expect(await seenWhileSaving(work)).toEqual([
      ['work-id', 'work-secret'],
      ['work-id', 'work-secret'],
    ]);
  });
});

describe('a file that is broken', () => {
  const read = {
    'config.json': (files: ProfileFiles) => files.settings(),
    'credentials.json': (files: ProfileFiles) => files.secrets('work'),
  };
  const contents = ['', '{', '{"profiles": ', 'null', '[]', '"text"', '5', '\0\0\0'];
  const wrongShapes = [
    ...['{"profiles":null}', '{"profiles":[]}', '{"profiles":"text"}', '{"profiles":{"work":5}}'],
    ...['{"profiles":{"work":{}}}', '{"profiles":{"work":{"apiUrl":5,"clientId":"a","clientSecret":null}}}'],
  ];

  test.each(
    Object.keys(read).flatMap((name) =>
      [...contents, ...wrongShapes].map((content) => [name as keyof typeof read, content] as const),
    ),
  )('%s with %j is kept as .bad, and said clearly', async (name, content) => {
    const { folder, files } = await saved();
    const path = join(folder, name);
    writeFileSync(path, content);
    expect(() => read[name](files)).toThrow(
      expect.objectContaining({
        code: 'SettingsUnreadable',
        message: expect.stringContaining(`${path}.bad`),
        hint: expect.stringContaining('calreply login'),
      }),
    );
    expect(readFileSync(`${path}.bad`, 'utf8')).toBe(content);
    // From then on it is as if there were none.
    expect(() => read[name](files)).not.toThrow();
    await files.save('work', work, secrets, { current: true });
    expect(files.secrets('work')).toEqual(secrets);
  });

  test('for the second time does not overwrite what was kept of the first', async () => {
    const { folder, files } = await saved();
    for (const content of ['first', 'second', 'third']) {
      writeFileSync(credentials(folder), content, { mode: 0o644 });
      expect(() => files.secrets('work')).toThrow(expect.objectContaining({ code: 'SettingsUnreadable' }));
    }
    const kept = ['.bad', '.bad-2', '.bad-3'].map((end) => credentials(folder) + end);
    expect(kept.map((path) => readFileSync(path, 'utf8'))).toEqual(['first', 'second', 'third']);
    expect(kept.map(permissions)).toEqual([0o600, 0o600, 0o600]);
  });

  test('or a folder where a file should be, is told as such', () => {
    const folder = temporaryFolder();
    mkdirSync(config(folder));
    expect(() => new ProfileFiles(folder).settings()).toThrow(expect.objectContaining({ code: 'SettingsUnreadable' }));
  });

  test.skipIf(process.platform !== 'linux')('or a place where no folder can be made, is told as such', async () => {
    const files = new ProfileFiles('/proc/calreply');
    await expect(files.save('work', work, secrets, { current: true })).rejects.toMatchObject({
      code: 'SettingsUnreadable',
      message: expect.stringContaining('/proc/calreply cannot be written'),
    });
  });

  test('or a file where the folder should be, is told as such when something is saved', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(new ProfileFiles(file).save('work', work, secrets, { current: true })).rejects.toMatchObject({
      code: 'SettingsUnreadable',
    });
  });
});
