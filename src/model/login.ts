/**
 * A token is checked when something begins by it. Where that goes on for long, it is looked this often whether who the
 * token was given to may log in still, in milliseconds.
 */
export const LOGIN_CHECK_EVERY = 15_000;
