// What opens a PostgreSQL, for whoever chooses between the two databases.
export { shownAddress, unusableDatabase } from './database-errors.js';
export { isServed } from './is-served.js';
export { openPostgresStore } from './store.js';
