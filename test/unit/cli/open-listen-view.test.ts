import { expect, onTestFinished, test } from 'vitest';
import { openListenView, type ListenViewOptions } from '../../../src/cli/open-listen-view.js';
import { fakeInput, fakeOutput } from '../../helpers/fake-terminal.js';

const WATCHED: ListenViewOptions = {
  asJson: false,
  reveal: false,
  isScripted: false,
  env: { isCi: false, terminal: 'xterm-256color' },
  retry: async () => ({ isSent: true, text: 'sent' }),
};

/** What showing a run with these options writes, and whether it reads keys. */
async function opened(options: ListenViewOptions, isTerminal = true): Promise<{ screen: boolean; keys: boolean }> {
  const isRaw = fakeInput(isTerminal);
  const written = fakeOutput(isTerminal ? 100 : undefined);
  const view = await openListenView(options);
  onTestFinished(() => view.close());
  return { screen: written().includes('\u001b[?1049h'), keys: isRaw() };
}

test('who sits at a terminal gets the screen', async () => {
  expect(await opened(WATCHED)).toEqual({ screen: true, keys: true });
});

test('who wants lines there gets them, with keys', async () => {
  expect(await opened({ ...WATCHED, plain: true })).toEqual({ screen: false, keys: true });
});

test.each<[string, Partial<ListenViewOptions>]>([
  ['for a program', { asJson: true }],
  ['under CI', { env: { isCi: true, terminal: 'xterm' } }],
  ['where a terminal can only be written on', { env: { isCi: false, terminal: 'dumb' } }],
  ['for a run that ends by itself', { isScripted: true }],
  ['where nothing can be sent again', { retry: undefined }],
])('%s nothing is drawn, and no key is read', async (_, options) => {
  expect(await opened({ ...WATCHED, ...options })).toEqual({ screen: false, keys: false });
});

test('in a pipe nothing is drawn, and no key is read', async () => {
  expect(await opened(WATCHED, false)).toEqual({ screen: false, keys: false });
});
