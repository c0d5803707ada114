/** What all notifications that are counted together have in common. */
export interface HistoryGroup {
  readonly type: string;
  readonly webhookRow: number;
  readonly calendarCode: string | null;
  readonly status: string;
}

/** How many notifications a group has, and how fast the attempts at them were answered. */
export interface GroupCounts {
  readonly group: HistoryGroup;
  notifications: number;
  /** How many answers took so many milliseconds, by the times of {@link answerTime}. */
  readonly answers: Map<number, number>;
}

/** Counts of a part of the history, by group. They can be added up, and kept as a text. */
export class HistoryCounts implements Iterable<GroupCounts> {
  readonly #groups = new Map<string, GroupCounts>();

  /** The counts of a group, to be added to. */
  of(group: HistoryGroup): GroupCounts {
    const key = JSON.stringify([group.type, group.webhookRow, group.calendarCode, group.status]);
    let counts = this.#groups.get(key);
    if (!counts) this.#groups.set(key, (counts = { group, notifications: 0, answers: new Map() }));
    return counts;
  }

  /** Adds what {@link toText} gave, of the groups that fit. */
  addText(text: string, fits: (group: HistoryGroup) => boolean): void {
    for (const [type, webhookRow, calendarCode, status, notifications, answers] of JSON.parse(text) as GroupText[]) {
      const group = { type, webhookRow, calendarCode, status };
      if (!fits(group)) continue;
      const counts = this.of(group);
      counts.notifications += notifications;
      for (let place = 0; place < answers.length; place += 2) {
        addAnswers(counts, answers[place] ?? 0, answers[place + 1] ?? 0);
      }
    }
  }

  toText(): string {
    const groups = [...this].map(({ group, notifications, answers }): GroupText => {
      const { type, webhookRow, calendarCode, status } = group;
      return [type, webhookRow, calendarCode, status, notifications, [...answers].flat()];
    });
    return JSON.stringify(groups);
  }

  [Symbol.iterator](): Iterator<GroupCounts> {
    return this.#groups.values();
  }
}

/** A group as it is kept; the last are times and how many answers took them, in turn. */
type GroupText = [
  type: string,
  webhookRow: number,
  calendarCode: string | null,
  status: string,
  notifications: number,
  answers: number[],
];

/** @param time of {@link answerTime} */
export function addAnswers({ answers }: GroupCounts, time: number, count: number): void {
  answers.set(time, (answers.get(time) ?? 0) + count);
}

/**
 * The time an answer counts for: the milliseconds it took, up to 128 exactly, above that rounded up by less than 1.6 %
 * (to seven binary digits), so that there are few of them however long a history is.
 */
export function answerTime(durationMs: number): number {
  if (durationMs <= 128) return durationMs;
  const step = 2 ** (Math.floor(Math.log2(durationMs)) - 6);
  return Math.ceil(durationMs / step) * step;
}
