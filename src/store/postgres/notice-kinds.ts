/** What one process tells the others: something is due, the history grew, or a listener came or went. */
export const NOTICE_KINDS = ['due', 'history', 'listeners'] as const;

export type NoticeKind = (typeof NOTICE_KINDS)[number];

export function isKind(text: string): text is NoticeKind {
  return (NOTICE_KINDS as readonly string[]).includes(text);
}
