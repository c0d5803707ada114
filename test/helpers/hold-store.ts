import { openSqliteStore } from '../../src/store/sqlite/store.js';

/* A program for a child process: opens the store of a folder, says so, and keeps it until it is killed. */

const [, , folder = ''] = process.argv;
await openSqliteStore(folder);
process.stdout.write('open\n');
setInterval(() => {}, 60_000);
