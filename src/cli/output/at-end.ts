/**
 * Does `act` when this process ends, whatever ends it, also an error that nobody caught: then before that is told.
 *
 * @returns takes that back
 */
export function atEnd(act: () => void): () => void {
  for (const event of ENDS) process.on(event, act);
  return () => {
    for (const event of ENDS) process.off(event, act);
  };
}

const ENDS = ['exit', 'uncaughtExceptionMonitor'] as const;
