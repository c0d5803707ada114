/* What a receiver gets at most, however it is sent to: docs/webhooks.md promises it. */

/** The limit on the whole exchange with a URL: connect, headers and body. In milliseconds. */
export const EXCHANGE_TIMEOUT = 15_000;
/** A receiver that cannot even be connected to is given up sooner than one that thinks. In milliseconds. */
export const CONNECT_TIMEOUT = 5_000;
/** Answer headers beyond this are no answer. In bytes. */
export const MOST_HEADERS = 16_384;
