/**
 * Every error a user or a client of the API can meet: its code, its HTTP status, the exit code of the command line, and
 * what to try next where that does not depend on the case. The sentence itself is written where the error is made,
 * since it names the values.
 *
 * `Code` and `Reason` are CalReply's error model; which codes it uses is not documented, so these are ours.
 */
export const ERRORS = {
  InvalidRequest: { status: 400, exitCode: 2 },
  InvalidUrl: { status: 400, exitCode: 2 },
  UnknownEventType: { status: 400, exitCode: 2, hint: 'See them all with: calreply events types' },
  WrongUse: { status: 400, exitCode: 2 },
  Unauthorized: { status: 401, exitCode: 3, hint: 'Log in with: calreply login' },
  InvalidCredentials: { status: 401, exitCode: 3, hint: 'Check the client id and the secret, then: calreply login' },
  Forbidden: { status: 403, exitCode: 3 },
  TooManyTries: {
    status: 429,
    exitCode: 3,
    hint: 'Check the client id and the secret before you try again.',
  },
  NotFound: { status: 404, exitCode: 4 },
  MethodNotAllowed: { status: 405, exitCode: 2 },
  Conflict: { status: 409, exitCode: 2 },
  IdempotencyKeyReused: { status: 422, exitCode: 2 },
  TooLarge: { status: 413, exitCode: 2 },
  UnsupportedMediaType: { status: 415, exitCode: 2 },
  ProtocolTooOld: { status: 426, exitCode: 7, hint: 'Install the newest calreply on both sides.' },
  ServiceFailed: { status: 500, exitCode: 1 },
  ServiceUnavailable: { status: 503, exitCode: 1 },
  ServiceUnreachable: { status: 503, exitCode: 5 },
  PortTaken: { status: 500, exitCode: 1 },
  DataFolderInUse: { status: 500, exitCode: 1 },
  DataFolderUnusable: { status: 500, exitCode: 1 },
  DatabaseUnusable: { status: 500, exitCode: 1 },
  EncryptionKeyUnusable: { status: 500, exitCode: 1 },
  SettingsUnreadable: { status: 500, exitCode: 1 },
  NotificationFailed: { status: 500, exitCode: 6 },
  ExpectationNotMet: { status: 500, exitCode: 6 },
  CommandFailed: { status: 500, exitCode: 9 },
  FileNotWritten: { status: 500, exitCode: 1 },
  Drift: { status: 500, exitCode: 8, hint: 'Bring them in line with: calreply webhooks apply FILE' },
  TunnelLost: { status: 500, exitCode: 7 },
} as const satisfies Record<string, ErrorKind>;

interface ErrorKind {
  readonly status: number;
  readonly exitCode: number;
  readonly hint?: string;
}

export type ErrorCode = keyof typeof ERRORS;

/** What every route answers when it fails. */
export interface ErrorBody {
  readonly Code: string;
  readonly Reason: string;
  /** What to try, where that depends on the case. Ours: CalReply's model does not have it. */
  readonly Hint?: string;
}

/** Options of {@link CalReplyError}. */
export interface ErrorOptions {
  /** What the reader can do now, as something to paste where that is possible. */
  readonly hint?: string;
  /** After how many seconds it may be tried again, where that is known. */
  readonly retryAfter?: number;
  /** The methods that are taken there, for MethodNotAllowed. */
  readonly allow?: readonly string[];
  /** The failure underneath. */
  readonly cause?: unknown;
}

/** A failure with a sentence for people and a code for programs; the same class on both ends of the wire. */
export class CalReplyError extends Error {
  override readonly name = 'CalReplyError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly #retryAfter: number | undefined;
  readonly #allow: readonly string[];

  constructor(code: ErrorCode, reason: string, options: ErrorOptions = {}) {
    super(reason, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    const kind: ErrorKind = ERRORS[code];
    this.hint = options.hint ?? kind.hint;
    this.#retryAfter = options.retryAfter;
    this.#allow = options.allow ?? [];
  }

  /** After how many seconds it may be tried again, where that is known. */
  get retryAfter(): number | undefined {
    return this.#retryAfter;
  }

  /** The HTTP status a route answers with. */
  get status(): number {
    return ERRORS[this.code].status;
  }

  /** The headers that the answer of a route must have, by HTTP's own rules. */
  get headers(): Readonly<Record<string, string>> {
    switch (this.code) {
      case 'Unauthorized':
        return { 'www-authenticate': 'Bearer realm="calreply"' };
      case 'MethodNotAllowed':
        return { allow: this.#allow.join(', ') };
      case 'ServiceUnavailable':
      case 'TooManyTries':
        return { 'retry-after': String(this.#retryAfter ?? 5) };
      default:
        return {};
    }
  }

  /** The exit code of a command that ends with this error. */
  get exitCode(): number {
    return ERRORS[this.code].exitCode;
  }

  toBody(): ErrorBody {
    const kind: ErrorKind = ERRORS[this.code];
    // The hint of a code is known on both sides.
    const own = this.hint === kind.hint ? {} : { Hint: this.hint };
    return { Code: this.code, Reason: this.message, ...own };
  }
}

/** What answers is not a CalReply service, or does not work, or has no such call and says so in its own way. */
export class ForeignAnswer extends CalReplyError {
  /** Of the HTTP answer. */
  readonly answerStatus: number;

  constructor(answerStatus: number, options: { readonly retryAfter?: number } = {}) {
    super(
      'ServiceUnreachable',
      `What answers there (status ${answerStatus}) is not a CalReply service, or not a working one.`,
      { ...options, hint: 'Check the address: calreply whoami shows which one is used.' },
    );
    this.answerStatus = answerStatus;
  }
}

/**
 * The error that an answer of the service stands for. An unknown code (a newer service) is understood by its status.
 *
 * @param status HTTP status of the answer
 * @param body the parsed answer, whatever it is
 * @param retryAfter its header Retry-After; our service says seconds (RFC 9110 section 10.2.3)
 */
export function errorFromAnswer(status: number, body: unknown, retryAfter?: string | string[]): CalReplyError {
  const wait = typeof retryAfter === 'string' && /^\d{1,9}$/.test(retryAfter) ? { retryAfter: Number(retryAfter) } : {};
  if (!isErrorBody(body)) {
    return new ForeignAnswer(status, wait);
  }

  const { Code, Reason, Hint } = body;
  const code = Object.hasOwn(ERRORS, Code) ? (Code as ErrorCode) : codeForStatus(status);
  return new CalReplyError(code, Reason, { ...wait, ...(typeof Hint === 'string' && { hint: Hint }) });
}

/** The code that says best what `status` means. */
export function codeForStatus(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'Unauthorized';
    case 403:
      return 'Forbidden';
    case 404:
      return 'NotFound';
    case 405:
      return 'MethodNotAllowed';
    case 409:
      return 'Conflict';
    case 413:
      return 'TooLarge';
    case 415:
      return 'UnsupportedMediaType';
    case 426:
      return 'ProtocolTooOld';
    case 502:
    case 503:
    case 504:
      return 'ServiceUnavailable';
    default:
      return status >= 500 ? 'ServiceFailed' : 'InvalidRequest';
  }
}

function isErrorBody(body: unknown): body is ErrorBody {
  return (
    typeof body === 'object' &&
    body !== null &&
    typeof (body as ErrorBody).Code === 'string' &&
    typeof (body as ErrorBody).Reason === 'string'
  );
}

/** The system's code of a failed call, such as `ECONNREFUSED`, also where undici or `AggregateError` wraps it. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = (error as NodeJS.ErrnoException).code;
  // Undici's parser gives most of its failures no code.
  if (error.name === 'HTTPParserError' && code === undefined) return 'HPE_INVALID_CONSTANT';
  if (error instanceof AggregateError) {
    // Several addresses were tried. One that refused says more than one that this machine has no way to.
    const codes = error.errors.map(systemErrorCode);
    return codes.find((one) => one === 'ECONNREFUSED') ?? code ?? codes[0];
  }

  return code ?? systemErrorCode(error.cause);
}
