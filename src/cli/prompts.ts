import { CalReplyError } from '../errors.js';
import { printable, questionStream } from './output/terminal.js';

/* Questions to a person. Each has a flag; without a terminal the flag is asked for instead, and nothing waits. */

/** The exit code of a program that Ctrl-C ended. */
export const INTERRUPTED = 130;

export interface Question {
  readonly message: string;
  /** What answers it on the command line or in the environment. */
  readonly insteadOf: string;
}

/** True when there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY;
}

/** Asks for a line of text that `check` takes; it throws what is wrong, which is shown while it is typed. */
export function askText({ message, insteadOf }: Question, check?: (text: string) => unknown): Promise<string> {
  const validate = (text: string) => (text.trim() === '' ? required(text) : problem(text.trim(), check));
  return ask({ type: 'input', message, validate, filter: trimmed }, insteadOf);
}

/** Asks for a line of text that may stay empty. */
export function askOptionalText({ message, insteadOf }: Question, check: (text: string) => void): Promise<string> {
  const validate = (text: string) => text.trim() === '' || problem(text.trim(), check);
  return ask({ type: 'input', message, validate, filter: trimmed }, insteadOf);
}

/** Asks for something that is not shown while it is typed. */
export function askSecret({ message, insteadOf }: Question): Promise<string> {
  return ask({ type: 'password', message, mask: '•', validate: required }, insteadOf);
}

/** Asks yes or no; an empty answer is no, or what `empty` says. */
export function askConfirm({ message, insteadOf }: Question, { empty = false } = {}): Promise<boolean> {
  return ask({ type: 'confirm', message, default: empty }, insteadOf);
}

/** Asks for any number of `choices`. */
export function askChoices(
  { message, insteadOf }: Question,
  choices: readonly { name: string; short: string; value: string }[],
): Promise<string[]> {
  return ask({ type: 'checkbox', message, choices: [...choices], pageSize: 12 }, insteadOf);
}

/** Thrown when Ctrl-C ended a question. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

const trimmed = (text: string) => text.trim();

/** What `check` throws, in words, as inquirer wants it. */
function problem(text: string, check: ((text: string) => unknown) | undefined): true | string {
  try {
    check?.(text);
    return true;
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    const hint = error instanceof CalReplyError ? error.hint : undefined;
    return printable(hint === undefined ? error.message : `${error.message} ${hint}`);
  }
}

const required = (text: string) => text.trim() !== '' || 'Something is needed here.';

async function ask<T>(question: object, insteadOf: string): Promise<T> {
  if (!canAsk()) {
    throw new CalReplyError('WrongUse', `${insteadOf} is missing, and there is no terminal to ask for it.`, {
      hint: 'See --help for all flags.',
    });
  }

  const { default: inquirer } = await import('inquirer');
  try {
    const prompt = inquirer.createPromptModule({ output: questionStream() });
    const answers: Record<string, unknown> = await prompt([{ name: 'answer', ...question }] as unknown as Parameters<
      typeof prompt
    >[0]);
    return answers.answer as T;
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError')
      throw new Interrupted('interrupted', { cause: error });
    throw error;
  }
}
