import { atEnd } from './at-end.js';
import { divertTexts, shownOn } from './terminal.js';

/*
 * A screen of our own in the terminal, beside the door in terminal.ts. Every move of the cursor is made here, from
 * numbers: the texts go through the same filter as all others, so none of them can move it.
 */

/** A text for a place on the screen; row and column count from 0. What stood behind it in its row is taken away. */
export interface PlacedText {
  readonly row: number;
  readonly column: number;
  readonly text: string;
}

export interface AlternateScreen {
  /**
   * Shows the screen, empty, in place of what is in the terminal, which stays as it is behind it. Done again it takes the
   * terminal back from whoever had it in between.
   */
  enter(): void;
  /** Draws all of it at once, where the terminal can. */
  draw(texts: readonly PlacedText[]): void;
  /** Shows again what was in the terminal before. Done twice it does nothing. */
  leave(): void;
  readonly size: { readonly columns: number; readonly rows: number };
}

/** @param onText is told what somebody prints meanwhile, which would stand anywhere on the screen */
export function alternateScreen(onText: (text: string) => void): AlternateScreen {
  let isOpen = false;
  let noLongerAtEnd = () => {};
  const write = (text: string) => void process.stdout.write(text);
  const leave = () => {
    if (!isOpen) return;
    isOpen = false;
    noLongerAtEnd();
    write(LEAVE);
    divertTexts(undefined);
  };

  return {
    enter() {
      write(ENTER);
      if (isOpen) return;
      isOpen = true;
      divertTexts(onText);
      // Whatever ends the process, and whatever it has to say about it, comes after.
      noLongerAtEnd = atEnd(leave);
    },
    draw(texts) {
      if (!isOpen || texts.length === 0) return;
      const drawn = texts.map(({ row, column, text }) => moveTo(row, column) + shownOn('stdout', text) + ERASE_BEHIND);
      write(BEGIN + drawn.join('') + END);
    },
    leave,
    get size() {
      return { columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 };
    },
  };
}

/* Of ECMA-48 and of xterm's private modes: what every terminal has that is in use, and others ignore. */
const CSI = '\u001b[';
/** The alternate screen; no cursor; lines that are too long are cut and do not wrap. */
const ENTER = `${CSI}?1049h${CSI}?25l${CSI}?7l${CSI}H${CSI}2J`;
const LEAVE = `${CSI}0m${CSI}?7h${CSI}?25h${CSI}?1049l`;
/** What comes in between is shown at once. */
const BEGIN = `${CSI}?2026h`;
const END = `${CSI}?2026l`;
const ERASE_BEHIND = `${CSI}K`;

function moveTo(row: number, column: number): string {
  return `${CSI}${row + 1};${column + 1}H`;
}
