/** What a status that refuses a notification most likely means, wherever it was sent to; undefined when there is nothing to say. */
export function refusalText(status: number): string | undefined {
  switch (status) {
    case 404:
      return 'Something answers there, but not at this path.';
    case 405:
      return 'The path is there but takes no POST, which is how notifications come.';
    case 413:
      return 'The receiver, or a proxy before it, takes only smaller bodies.';
    case 415:
      return 'The receiver wants another content type; notifications are application/json.';
    case 429:
      return 'The receiver wants fewer requests. Notifications answered like this are tried again later.';
    default:
      return undefined;
  }
}

/** Whether it sends elsewhere. */
export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}
