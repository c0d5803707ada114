import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { alternateScreen } from '../../../../../src/cli/output/alternate-screen.js';
import { MOST_HELD } from '../../../../../src/cli/output/held-lines.js';
import { painter } from '../../../../../src/cli/output/listen-screen/painter.js';
import { logBesideScreen, out, say } from '../../../../../src/cli/output/terminal.js';
import { fakeOutput } from '../../../../helpers/fake-terminal.js';

const row = (text: string) => [{ column: 0, text }];

function openScreen() {
  const written = fakeOutput(100);
  const told: string[] = [];
  const screen = alternateScreen((text) => told.push(text));
  screen.enter();
  onTestFinished(() => screen.leave());
  let seen = written().length;
  /** What was written since it was asked for the last time. */
  const fresh = () => {
    const text = written().slice(seen);
    seen = written().length;
    return text;
  };
  return { screen, told, fresh, paint: painter(screen) };
}

test('a frame is written row by row, at once', () => {
  const { paint, fresh } = openScreen();

  paint.paint([row('first'), [], row('third')]);

  expect(fresh()).toBe('\u001b[?2026h\u001b[1;1Hfirst\u001b[K\u001b[2;1H\u001b[K\u001b[3;1Hthird\u001b[K\u001b[?2026l');
});

test('then only what has changed, and nothing when nothing has', () => {
  const { paint, fresh } = openScreen();
  paint.paint([row('first'), row('second')]);
  fresh();

  paint.paint([row('first'), row('other')]);
  expect(fresh()).toBe('\u001b[?2026h\u001b[2;1Hother\u001b[K\u001b[?2026l');

  paint.paint([row('first'), row('other')]);
  expect(fresh()).toBe('');
});

test('and all of it again when the terminal may show something else', () => {
  const { paint, fresh } = openScreen();
  paint.paint([row('first')]);
  fresh();

  paint.forget();
  paint.paint([row('first')]);

  expect(stripVTControlCharacters(fresh())).toBe('first');
});

test('two texts of one row stand at their own columns, whatever the first is', () => {
  const { paint, fresh } = openScreen();

  paint.paint([
    [
      { column: 0, text: '日本' },
      { column: 50, text: 'beside' },
    ],
    [{ column: 50, text: 'alone' }],
  ]);

  expect(fresh()).toContain('\u001b[1;1H日本\u001b[K\u001b[1;51Hbeside\u001b[K\u001b[2;1H\u001b[K\u001b[2;51Halone');
});

test('no text moves the cursor, whoever forgot to make it printable', () => {
  const { paint, fresh } = openScreen();

  paint.paint([row('\u001b[2J\u001b[H\u001b[?1049l')]);

  expect(fresh()).toBe('\u001b[?2026h\u001b[1;1H�[2J�[H�[?1049l\u001b[K\u001b[?2026l');
});

test('what is printed meanwhile is told, and printed as ever after', () => {
  const { screen, told, fresh } = openScreen();

  out('a result');
  say('a note');
  expect(fresh()).toBe('');
  expect(told).toEqual(['a result', 'a note']);

  screen.leave();
  out('a result');
  expect(fresh().endsWith('\u001b[?1049la result\n')).toBe(true);
});

test('the log of a service in this process waits until the screen is gone, unless it goes elsewhere', () => {
  const { screen, told, fresh } = openScreen();
  const log = (text: string) => logBesideScreen(() => process.stderr.write(`${text}\n`));

  log('first');
  log('second');
  expect(fresh()).toBe('');
  screen.leave();
  expect(fresh().endsWith('\u001b[?1049lfirst\nsecond\n')).toBe(true);

  log('without a screen');
  expect(fresh()).toBe('without a screen\n');

  screen.enter();
  fresh();
  process.stderr.isTTY = false;
  log('to a file');
  expect(fresh()).toBe('to a file\n');
  expect(told).toEqual([]);
});

test('of a log that is longer than that the newest lines are kept, and it is said how many are not', () => {
  const { screen, fresh } = openScreen();
  for (let i = 0; i < MOST_HELD + 2; i += 1) logBesideScreen(() => process.stderr.write(`line ${i}\n`));

  screen.leave();

  const printed = fresh();
  expect(printed).toContain('… lines of the service’s log left out: 2\nline 2\n');
  expect(printed.endsWith(`line ${MOST_HELD + 1}\n`)).toBe(true);
});

test('the terminal is given back once, however often it is asked for', () => {
  const { screen, fresh } = openScreen();

  screen.leave();
  screen.leave();
  screen.draw([{ row: 0, column: 0, text: 'late' }]);

  expect(fresh()).toBe('\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l');
});

test.each(['exit', 'uncaughtExceptionMonitor'])('it is given back before anybody hears of %s', (event) => {
  const { screen, fresh } = openScreen();
  const [leave] = process.listeners(event as 'exit').slice(-1);

  (leave as () => void)();

  expect(fresh()).toContain('\u001b[?1049l');
  expect(process.listeners(event as 'exit')).not.toContain(leave);
  screen.leave();
});
