/** What became of some notifications, and how fast they were answered. */
export interface NotificationCounts {
  /** All of them: delivered, failed and pending together. */
  readonly sent: number;
  readonly delivered: number;
  readonly failed: number;
  readonly pending: number;
  /**
   * Half of the answers came within so many milliseconds, above 128 rounded up by at most 1.6 %; null when none came.
   * Counted are attempts, not notifications.
   */
  readonly p50Ms: number | null;
  /** 95 of 100 answers came within so many milliseconds. */
  readonly p95Ms: number | null;
}

/** A stretch of the notification history in figures. Lists begin with those that have most. */
export interface NotificationStatistics {
  readonly total: NotificationCounts;
  readonly byType: readonly (NotificationCounts & { readonly type: string })[];
  readonly byWebhook: readonly (NotificationCounts & { readonly webhookId: string; readonly webhookUrl: string })[];
  /** The calendar is null for events that are about none. */
  readonly byCalendar: readonly (NotificationCounts & { readonly calendarCode: string | null })[];
}
