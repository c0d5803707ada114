import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ApiClient } from '../../src/api/client.js';
import { parseJson } from '../../src/util/http-client.js';
import { eventually } from '../helpers/eventually.js';
import { exchange } from '../helpers/exchange.js';
import { Home } from '../helpers/home.js';
import { startLoad } from '../helpers/load.js';
import { expectAllReceived } from '../helpers/receipts.js';
import { startReceivingApp } from '../helpers/receiving-app.js';
import { noSmallDisk, smallDisk } from '../helpers/small-disk.js';
import { localCredentials } from '../helpers/subscribe.js';
import { wholeFaults } from '../helpers/whole-faults.js';
import { drained } from '../helpers/whole-history.js';

const rounds = wholeFaults ? 10 : 2;

test(
  `a disk that is full ${rounds} times under load is answered 503, and all that was accepted is delivered`,
  async (context) => {
    const missing = noSmallDisk();
    if (missing !== undefined) context.skip(missing);
    const home = new Home(onTestFinished);
    const disk = smallDisk({ folder: folderIn(home), megabytes: 64, before: 'exec 2>"$0/log"' });
    const app = await startReceivingApp(onTestFinished);
    const args = ['--data-dir', join(disk.folder, 'data'), '--log-level', 'info'];
    const service = await home.serve({ args, through: disk.through });
    const { url, pid } = service.serving;
    const api = new ApiClient({ apiUrl: url, ...localCredentials(home), userAgent: 'test' });
    await api.createWebhook({ url: app.url });
    const load = startLoad({ api, senders: 4 });

    for (let round = 0; round < rounds; round += 1) {
      const enough = load.accepted.size + 50;
      await eventually('events to be accepted', () => load.accepted.size > enough);
      disk.fill(pid);
      const ready = await eventually('it to be unready', async () => {
        const answer = await exchange(`${url}/ready`);
        return answer.status === 503 && answer;
      });
      expect(ready.json).toMatchObject({
        checks: [{ check: 'running', ok: true }, { check: 'store', ok: false, reason: FULL }, { check: 'deliveries' }],
      });
      expect((await exchange(`${url}/health`)).status).toBe(200);
      // A call that only reads is answered as ever; one that writes is refused as such, the login included.
      expect(await api.account()).toMatchObject({ code: 'your-account' });
      const { clientId, clientSecret } = localCredentials(home);
      const login = await exchange(`${url}/oauth2/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: 'grant_type=client_credentials',
      });
      // It is a small write, for which the log of writes may still have room.
      if (login.status !== 200) {
        const { status, headers, json } = login;
        expect([status, headers['retry-after'], json]).toMatchObject([503, '5', { Code: 'ServiceUnavailable' }]);
      }

      disk.free(pid);
      await eventually('it to be ready again', async () => (await exchange(`${url}/ready`)).status === 200);
    }

    // Rejects when anything but 2xx and 503 was answered.
    await load.stop();
    await drained(api);
    expectAllReceived(load, app.received);

    const log = readFileSync(join(`/proc/${pid}/root`, disk.folder, 'log'), 'utf8')
      .trimEnd()
      .split('\n');
    // Each round the requests and the engine may begin to fail and be over; hundreds of failures are no hundreds of lines.
    expect(log.length).toBeLessThan(4 + 6 * rounds);
    // It is on the same disk: what was cut off there stands alone, and the next record, if any, says that some were lost.
    const records = log.map(parseJson);
    const cut = records.flatMap((record, i) => (record === undefined ? [i] : []));
    expect(cut.length).toBeLessThanOrEqual(rounds);
    for (const i of cut) {
      expect(log[i]).toMatch(/^\{"/);
      const next = records.slice(i).find((record) => record !== undefined);
      if (next !== undefined) expect(next).toMatchObject({ lost: expect.any(Number) });
    }
    expect((await service.stop('SIGTERM')).exitCode).toBe(143);
  },
  wholeFaults ? 300_000 : 60_000,
);

test('on a disk that is full at the start, the service says so and what to do', async (context) => {
  const missing = noSmallDisk();
  if (missing !== undefined) context.skip(missing);
  const home = new Home(onTestFinished);
  for (const left of ['0', '160']) {
    const before = `head -c ${left}k /dev/zero >"$0/keep"; cat /dev/zero >"$0/filler" 2>/dev/null; rm "$0/keep"`;
    const disk = smallDisk({ folder: folderIn(home, left), megabytes: 1, before });
    const args = ['serve', '--port', '0', '--data-dir', join(disk.folder, 'data')];
    const { exitCode, stdout, stderr } = await home.run(args, { through: disk.through });

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(
      /^✗ The data folder \S+\/data cannot be used: (database or disk is full|no space is left on its disk)\.$/m,
    );
    expect(stderr).toContain('has space left, or choose another with --data-dir.');
  }
});

const FULL = 'Nothing can be written to the database: database or disk is full.';

function folderIn({ folder }: Home, name = 'disk'): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}
