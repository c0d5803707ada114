import { join } from 'node:path';
import { knownWords, wordsToExplain } from './find-command.js';
import { renderCommandHelp, renderProgramHelp, renderTopicHelp } from './output/help.js';
import { terminalWidth } from './output/terminal.js';
import type { Program } from './program.js';

/** Longer lines are hard to read, however wide the terminal is. In columns. */
const WIDEST = 100;

/**
 * The help that a command line asks for: of a command, of a topic, or of the whole program.
 *
 * @param args the words of a command or topic, perhaps behind `help`; what comes behind them does not count
 */
export function helpPage(program: Program, args: readonly string[]): string {
  const words = wordsToExplain(args);
  const commands = Object.values(program.commands())
    .filter(({ hidden }) => hidden !== true)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const id = words.slice(0, knownWords(words, commands)).join(':');
  const width = Math.min(terminalWidth(), WIDEST);
  const command = commands.find((each) => each.id === id);
  if (command) return renderCommandHelp(command, width);
  return id === ''
    ? renderProgramHelp(program.packageJson, { commands, docs: join(program.root, 'docs'), width })
    : renderTopicHelp(id, program.packageJson, commands, width);
}
