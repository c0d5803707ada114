/** Lines that wait, since they would be written into what is being typed, or over a screen. */
export interface HeldLines {
  /** @param print prints the line, when its time has come */
  hold(print: () => void): void;
  /** Prints all that waited, in its order. */
  release(): void;
}

/** So many wait; of more the oldest are left out. */
export const MOST_HELD = 1_000;

/** @param onLeftOut told how many lines are not printed, before those that are */
export function heldLines(onLeftOut: (lines: number) => void): HeldLines {
  let held: (() => void)[] = [];
  let leftOut = 0;
  return {
    hold(print) {
      held.push(print);
      if (held.length <= MOST_HELD) return;
      held.shift();
      leftOut += 1;
    },
    release() {
      if (leftOut > 0) onLeftOut(leftOut);
      const printed = held;
      held = [];
      leftOut = 0;
      for (const print of printed) print();
    },
  };
}
