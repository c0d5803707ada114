import type { AlternateScreen, PlacedText } from '../alternate-screen.js';
import type { FrameRow } from './frame.js';

/** Brings frames onto a screen. */
export interface Painter {
  /** Draws the rows that are not as they were, and nothing when all of them are. */
  paint(frame: readonly FrameRow[]): void;
  /** The next frame is drawn whole: the terminal may show something else by now. */
  forget(): void;
}

export function painter(screen: Pick<AlternateScreen, 'draw'>): Painter {
  let before: readonly string[] | undefined;

  return {
    paint(frame) {
      const after = frame.map((row) => JSON.stringify(row));
      screen.draw(frame.flatMap((row, index) => (after[index] === before?.[index] ? [] : placed(row, index))));
      before = after;
    },
    forget() {
      before = undefined;
    },
  };
}

/** An empty row is drawn too: it takes away what was there. */
function placed(row: FrameRow, index: number): PlacedText[] {
  const [first] = row;
  const texts = first?.column === 0 ? row : [{ column: 0, text: '' }, ...row];
  return texts.map(({ column, text }) => ({ row: index, column, text }));
}
