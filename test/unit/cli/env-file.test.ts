import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { envFile, keepSecret, withVariable } from '../../../src/cli/env-file.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const NEW = 'whsec_bmV3/+w=';
const secretIn = (path: string) => envFile(path, 'SECRET', { replaces: true });

describe('a variable in the text of an env file', () => {
  test.each([
    ['is the only line of an empty one', '', `SECRET=${NEW}\n`],
    ['is added at the end', 'A=1\n', `A=1\nSECRET=${NEW}\n`],
    ['is added after a line that does not end, and does not end either', 'A=1', `A=1\nSECRET=${NEW}`],
    ['is added with the line ends there are', 'A=1\r\nB=2\r\n', `A=1\r\nB=2\r\nSECRET=${NEW}\r\n`],
    ['is replaced in its place', 'A=1\nSECRET=old\nB=2\n', `A=1\nSECRET=${NEW}\nB=2\n`],
    ['is replaced on a last line that does not end', 'A=1\nSECRET=old', `A=1\nSECRET=${NEW}`],
    ['is replaced where it is empty', 'SECRET=\nB=2\n', `SECRET=${NEW}\nB=2\n`],
    ['keeps the carriage return', 'SECRET=old\r\nB=2\r\n', `SECRET=${NEW}\r\nB=2\r\n`],
    ['keeps its export', '  export SECRET=old\n', `  export SECRET=${NEW}\n`],
    ['keeps its double quotes', 'SECRET="o\\"ld"\n', `SECRET="${NEW}"\n`],
    ['keeps its single quotes', "SECRET='old'\n", `SECRET='${NEW}'\n`],
    ['keeps its comment', 'SECRET=old # of the CRM\n', `SECRET=${NEW} # of the CRM\n`],
    ['keeps its comment after quotes', 'SECRET="old" # "x"\n', `SECRET="${NEW}" # "x"\n`],
    ['keeps the spaces around the mark', 'SECRET = old\n', `SECRET = ${NEW}\n`],
    ['is replaced whole when it goes over lines', 'SECRET="a\nb"\nB=2\n', `SECRET="${NEW}"\nB=2\n`],
    ['is replaced wherever it is set', 'SECRET=a\nB=2\nSECRET=b\n', `SECRET=${NEW}\nB=2\nSECRET=${NEW}\n`],
    ['is replaced after a byte order mark', 'ï»¿SECRET=a\n', `ï»¿SECRET=${NEW}\n`],
    ['is not the one in a comment', '# SECRET=old\n', `# SECRET=old\nSECRET=${NEW}\n`],
    [
      'is not one that has the name in its own',
      'MY_SECRET=a\nSECRET_2=b\n',
      `MY_SECRET=a\nSECRET_2=b\nSECRET=${NEW}\n`,
    ],
    ['is not one within the quotes of another', 'A="x\nSECRET=old\n"\n', `A="x\nSECRET=old\n"\nSECRET=${NEW}\n`],
    ['is replaced where a quote never ends', 'SECRET="old\nB=2\n', `SECRET=${NEW}\nB=2\n`],
  ])('%s', (_, before, after) => {
    expect(withVariable(before, 'SECRET', NEW)).toBe(after);
  });
});

describe('an env file', () => {
  const place = (name = '.env') => join(temporaryFolder(), name);
  const modeOf = (path: string) => statSync(path).mode & 0o777;

  test('is made for its owner only', () => {
    const path = place();
    secretIn(path).write(NEW);
    expect(readFileSync(path, 'utf8')).toBe(`SECRET=${NEW}\n`);
    expect(modeOf(path)).toBe(0o600);
  });

  test('that is there keeps its rights and every other byte', () => {
    const path = place();
    const [before, after] = [Buffer.from([0x23, 0xff, 0xfe, 0x0a]), Buffer.from('\nB="ü🦅"')];
    writeFileSync(path, Buffer.concat([before, Buffer.from('SECRET=old'), after]));
    chmodSync(path, 0o640);
    secretIn(path).write(NEW);
    expect(readFileSync(path)).toEqual(Buffer.concat([before, Buffer.from(`SECRET=${NEW}`), after]));
    expect(modeOf(path)).toBe(0o640);
  });

  test('is replaced in one step, with nothing left beside it', () => {
    const folder = temporaryFolder();
    secretIn(join(folder, '.env')).write(NEW);
    expect(readdirSync(folder)).toEqual(['.env']);
  });

  test('is not touched before there is a secret', () => {
    const path = place();
    secretIn(path);
    expect(existsSync(path)).toBe(false);
  });

  test('may not be a symbolic link: what it leads to stays as it is', () => {
    const folder = temporaryFolder();
    const [real, link] = [join(folder, 'real'), join(folder, '.env')];
    writeFileSync(real, 'A=1\n');
    symlinkSync(real, link);
    expect(() => secretIn(link)).toThrow(
      expect.objectContaining({ code: 'WrongUse', message: expect.stringContaining('symbolic link') }),
    );
    expect(readFileSync(real, 'utf8')).toBe('A=1\n');
  });

  test('may not be a folder, or be in one that does not exist', () => {
    const folder = temporaryFolder();
    for (const path of [folder, join(folder, 'nowhere', '.env')]) {
      expect(() => secretIn(path), path).toThrow(expect.objectContaining({ code: 'WrongUse' }));
    }
  });

  test.each(['', ' ', '-', 'new/'])('is not called “%s”', (path) => {
    for (const replaces of [true, false]) {
      expect(() => envFile(path, 'SECRET', { replaces })).toThrow(
        expect.objectContaining({ code: 'WrongUse', hint: 'Name one, such as: --write-env .env' }),
      );
    }
  });

  test.each(['', '1A', 'A B', 'A=B', 'A-B', 'Ä'])('has no variable “%s”', (name) => {
    expect(() => envFile(place(), name, { replaces: true })).toThrow(expect.objectContaining({ code: 'WrongUse' }));
  });
});

describe('an env file whose variable must not be replaced', () => {
  const fileWith = (text: string) => {
    const path = join(temporaryFolder(), '.env');
    writeFileSync(path, text);
    return path;
  };
  const fresh = (path: string) => envFile(path, 'SECRET', { replaces: false });
  const taken = expect.objectContaining({
    code: 'WrongUse',
    message: expect.stringContaining('.env has a SECRET already'),
    hint: 'Name another variable, such as: --env-name SECRET_2',
  });

  test.each(['SECRET=old\n', 'A=1\nexport SECRET="old" # x\n', 'SECRET=\nSECRET=old\n', "SECRET=' '\n"])(
    'is refused with %j in it, before there is a secret',
    (text) => {
      const path = fileWith(text);
      expect(() => fresh(path)).toThrow(taken);
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  test.each(['', 'SECRET=\n', 'SECRET=""\n', 'SECRET= # to come\n', '# SECRET=old\n', 'MY_SECRET=old\n'])(
    'is taken with %j in it',
    (text) => {
      const path = fileWith(text);
      fresh(path).write(NEW);
      expect(readFileSync(path, 'utf8')).toContain(NEW);
    },
  );

  test('is refused when another secret came into it in the meantime', () => {
    const path = fileWith('');
    const file = fresh(path);
    fresh(path).write('whsec_first');
    expect(() => file.write(NEW)).toThrow(taken);
    expect(readFileSync(path, 'utf8')).toBe('SECRET=whsec_first\n');
    expect(readdirSync(join(path, '..'))).toEqual(['.env']);
  });
});

describe('a secret that was answered', () => {
  const answer = { id: 'whk_1', secret: NEW, url: 'https://example.com/' };

  test('is shown when no file takes it', () => {
    expect(keepSecret(answer, undefined)).toEqual(answer);
  });

  test('is in the file and not in what is shown', () => {
    const path = join(temporaryFolder(), '.env');
    expect(keepSecret(answer, secretIn(path))).toEqual({ ...answer, secret: null });
    expect(readFileSync(path, 'utf8')).toContain(NEW);
  });

  test('is not shown either when the file cannot be written after all, and it is said how to get another', () => {
    const folder = temporaryFolder();
    const file = secretIn(join(folder, '.env'));
    symlinkSync('elsewhere', join(folder, '.env'));
    expect(() => keepSecret(answer, file)).toThrow(
      expect.objectContaining({
        message: expect.not.stringContaining(NEW),
        hint: expect.stringContaining('calreply webhooks rotate-secret whk_1'),
      }),
    );
  });
});
