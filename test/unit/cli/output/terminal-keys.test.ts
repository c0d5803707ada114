import { expect, test, vi } from 'vitest';
import { interruptProcess } from '../../../../src/cli/output/terminal-keys.js';
import { aloneOnSignal } from '../../../helpers/alone-on-signal.js';

test('^C as a key is heard as SIGINT, without a signal that Windows would end the process by', () => {
  aloneOnSignal('SIGINT');
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  const heard = vi.fn();
  process.on('SIGINT', heard);

  interruptProcess();

  expect(heard).toHaveBeenCalledOnce();
  expect(kill).not.toHaveBeenCalled();
  kill.mockRestore();
});
