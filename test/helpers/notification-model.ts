/* What may become of notifications, in as few words as possible: what the engine and the store are measured against. */

const SECOND = 1000;
const WAITS = [5 * SECOND, 30 * SECOND, 180 * SECOND];
const GIVE_UP_AFTER = 1800 * SECOND;
const EXCHANGE_TIMEOUT = 15 * SECOND;

export interface ModelWebhook {
  readonly id: string;
  isOn: boolean;
  isRemoved: boolean;
}

export interface ModelNotification {
  readonly id: string;
  readonly eventId: string;
  readonly webhook: ModelWebhook;
  /** The subscription, in whose order it goes; null: in none. */
  readonly key: string | null;
  status: 'pending' | 'delivered' | 'failed';
  attempts: number;
  /** Null while it waits behind another. */
  dueAt: number | null;
  /** When the exchange that is under way began. */
  openSince: number | null;
  /** The attempts of the schedule that is under way, and when the first of them began. */
  scheduled: number;
  firstAt: number | null;
}

/** How the other side ended an exchange. `unsent`: it never began. */
export type Ending = { readonly status: number; readonly askedWait?: number } | 'reset' | 'unsent';

/** Something that was sent: the notification and the number of the attempt. */
export interface Start {
  readonly at: number;
  readonly id: string;
  readonly attempt: number;
}

const FAILED = { status: 'failed', openSince: null, dueAt: null } as const;

export class NotificationModel {
  now: number;
  readonly webhooks: ModelWebhook[] = [];
  /** In the order in which they were accepted. */
  readonly notifications: ModelNotification[] = [];
  /** Everything that was sent. */
  readonly starts: Start[] = [];

  constructor(now: number) {
    this.now = now;
  }

  get open(): readonly ModelNotification[] {
    return this.notifications.filter(({ openSince }) => openSince !== null);
  }

  accept(notification: Pick<ModelNotification, 'id' | 'eventId' | 'webhook' | 'key'>): void {
    const added = { ...notification, status: 'pending', attempts: 0, openSince: null } as const;
    this.notifications.push({ ...added, dueAt: null, scheduled: 0, firstAt: null });
    this.#settle();
  }

  end(one: ModelNotification, ending: Ending): void {
    const since = one.openSince;
    one.openSince = null;
    if (ending !== 'unsent') {
      one.attempts += 1;
      one.scheduled += 1;
      one.firstAt ??= since;
      this.#decide(one, ending);
    }

    this.#settle();
  }

  /** Sending it again by hand begins a new schedule, unless it is being sent or nobody would take it. */
  retry(one: ModelNotification): void {
    if (one.openSince !== null || !one.webhook.isOn || one.webhook.isRemoved) return;
    Object.assign(one, { status: 'pending', scheduled: 0, firstAt: null });
    // What waits behind another goes on waiting: see #settle.
    one.dueAt = this.now;
    this.#settle();
  }

  turn(webhook: ModelWebhook, isOn: boolean): void {
    webhook.isOn = isOn;
    this.#settle();
  }

  remove(webhook: ModelWebhook): void {
    webhook.isRemoved = true;
    for (const one of this.notifications) {
      if (one.webhook === webhook && one.status === 'pending') Object.assign(one, FAILED);
    }
  }

  /** The process is killed and another one started: what was under way is under way again, under the same number. */
  restart(): void {
    for (const one of this.open) one.openSince = null;
    this.#settle();
  }

  /** When something happens by itself: an exchange takes too long, or an attempt is due. Infinity: never. */
  get nextAt(): number {
    return Math.min(
      ...this.open.map(({ openSince }) => (openSince ?? 0) + EXCHANGE_TIMEOUT),
      ...this.#canGo().map(({ dueAt }) => dueAt ?? 0),
    );
  }

  advance(ms: number): void {
    const end = this.now + ms;
    while (this.nextAt <= end) {
      this.now = this.nextAt;
      const late = this.open.filter(({ openSince }) => (openSince ?? 0) + EXCHANGE_TIMEOUT === this.now);
      for (const one of late) this.end(one, 'reset');
      this.#settle();
    }

    this.now = end;
  }

  #decide(one: ModelNotification, ending: Exclude<Ending, 'unsent'>): void {
    const { status = null, askedWait = 0 } = ending === 'reset' ? {} : ending;
    if (status !== null && status < 300) return void (one.status = 'delivered');
    const wait = WAITS[one.scheduled - 1] ?? WAITS[2] ?? 0;
    one.dueAt = this.now + Math.max(wait, askedWait);
    if (status === 410 || one.dueAt > (one.firstAt ?? 0) + GIVE_UP_AFTER) one.status = 'failed';
    if (status === 410) one.webhook.isOn = false;
  }

  /** Gives every turn to whom it belongs, and sends what is due. */
  #settle(): void {
    const inTurn = new Set(this.#inTurn());
    for (const one of this.notifications) {
      if (one.status !== 'pending') one.dueAt = null;
      else if (inTurn.has(one)) one.dueAt ??= this.now;
      else Object.assign(one, { dueAt: null, scheduled: 0, firstAt: null });
    }

    for (const one of this.#canGo()) {
      if ((one.dueAt ?? 0) > this.now) continue;
      one.openSince = this.now;
      this.starts.push({ at: this.now, id: one.id, attempt: one.attempts + 1 });
    }
  }

  /** Of each subscription at each webhook, the one that is being sent, else the oldest. */
  #inTurn(): ModelNotification[] {
    const turns = new Map<string, ModelNotification>();
    for (const one of this.notifications.filter(({ status }) => status === 'pending')) {
      const turn = `${one.webhook.id} ${one.key ?? one.id}`;
      if (!turns.has(turn) || one.openSince !== null) turns.set(turn, one);
    }

    return [...turns.values()];
  }

  #canGo(): ModelNotification[] {
    return this.#inTurn().filter(({ openSince, webhook }) => openSince === null && webhook.isOn);
  }
}
