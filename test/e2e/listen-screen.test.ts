import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { BIN } from '../helpers/cli.js';
import { Home } from '../helpers/home.js';
import { startReceivingApp, type ReceivingApp } from '../helpers/receiving-app.js';
import { hasTerminal, openTerminal, type Terminal } from '../helpers/terminal.js';

const home = new Home(afterAll);
let app: ReceivingApp;

beforeAll(async () => {
  [app] = await Promise.all([startReceivingApp(afterAll), home.serve()]);
});

beforeEach(({ skip }) => {
  if (!hasTerminal) skip('no `script` of util-linux on this machine');
});

const SHOWS_SCREEN = '\u001b[?1049h';
const GIVES_BACK = '\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l';

/** Listens in a terminal; when that has ended, the shell says with what code and how the terminal is. */
function listen(name: string, args = ''): Terminal {
  const command = `echo pid=$$; exec "${process.execPath}" "${BIN}" listen -f ${app.port} --name ${name} ${args}`;
  const terminal = openTerminal(`stty cols 100 rows 30; sh -c '${command}'; echo code=$?; stty -a`, {
    cwd: home.work,
    env: { PATH: process.env.PATH, HOME: home.home, TERM: 'xterm-256color' },
  });
  onTestFinished(() => terminal.kill());
  return terminal;
}

const trigger = () => home.json(['events', 'trigger', 'subscribe', '--to', 'mine', '--set', DANA]);

const DANA = 'subscription.subscriberEmail=dana@example.com';

/** What the shell has to say after the screen was given back. */
const afterScreen = (terminal: Terminal) => terminal.screen().split(GIVES_BACK)[1] ?? '';

test('an event arrives, is looked at, is sent again, and the terminal is as it was', async () => {
  const terminal = listen('eyes');
  await terminal.until('● connected');
  expect(terminal.screen()).toContain(SHOWS_SCREEN);

  await trigger();
  await terminal.until('My Sports Calend');
  await app.arrived(1);
  terminal.type('\r');
  await terminal.until('"eventType": "Subscribe"');
  terminal.type('\u001b[6~');
  await terminal.until('"calendarTitle": "My Sports Calendar"');
  terminal.type('r');
  await terminal.until('is on its way again.');
  const [, again] = await app.arrived(2);
  await terminal.until('2 events');
  terminal.type('q');
  await terminal.until('code=');
  await terminal.ended;

  expect(again?.headers['webhook-id']).toBe(app.received[0]?.headers['webhook-id']);
  expect(afterScreen(terminal)).toContain('2 deliveries: 2 answered 2xx, 0 failed.');
  expect(afterScreen(terminal)).toContain('“eyes” keeps its place');
  expect(afterScreen(terminal)).toContain('code=0');
  expect(terminal.screen()).toContain('d•••@example.com');
  expect(terminal.screen()).not.toContain('dana@example.com');
});

test('what is wrong with the place it is to start from is told in the terminal', async () => {
  const terminal = listen('unplaced', '--since ntf_01m8550bw37b8j97w57kws7av6');
  await terminal.until('code=');
  await terminal.ended;

  expect(terminal.screen()).not.toContain(SHOWS_SCREEN);
  expect(terminal.screen()).toContain('There is no notification ntf_01m8550bw37b8j97w57kws7av6.');
  expect(terminal.screen()).toContain('code=4');
});

test('SIGTERM gives the terminal back as it was, and ends with 143', async () => {
  const terminal = listen('killed');
  await terminal.until('● connected');
  const [, pid] = /pid=(\d+)/.exec(terminal.screen()) ?? [];

  process.kill(Number(pid), 'SIGTERM');
  await terminal.until('code=');
  await terminal.ended;

  expect(afterScreen(terminal)).toContain('code=143');
  expect(afterScreen(terminal)).toMatch(/ icanon/);
  expect(afterScreen(terminal)).toMatch(/ echo /);
});

test('--plain prints lines, and takes the keys that need no screen', async () => {
  const terminal = listen('lines', '--plain');
  await terminal.until('q quits');
  await trigger();
  await terminal.until(' ms   POST http');
  terminal.type('d');
  await terminal.until('"subscriberEmail": "');
  terminal.type('r');
  await terminal.until('try 2');
  terminal.type('/5xx\r');
  await terminal.until('Showing only 5xx.');
  terminal.type('\u0003');
  await terminal.until('code=');
  await terminal.ended;

  expect(terminal.screen()).not.toContain(SHOWS_SCREEN);
  expect(terminal.screen()).toContain('code=130');
});
