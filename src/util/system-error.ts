/** An error as the system gives them, for what it would fail with if it knew: told apart by its code. */
export function systemError(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code });
}
