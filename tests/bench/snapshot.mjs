#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// How long a new host takes to join a Fabric-style channel of many transactions:
// by executing all its blocks, and with a snapshot. Two of three hosts make the
// channel; one that only follows joins, is deleted and joins again.
//   BSN_PREFIX=... tests/bench/snapshot.mjs [--txs 100000] [--crypto std|sm]
//     [--consensus raft|pbft]
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { Network, checkCommitted, invoke, suites }
  from '../integration/fabric.mjs';
import { main, note, test, until } from '../integration/lib.mjs';
import { height, ledger } from '../integration/network.mjs';

const CHAIN = 'bench';
const HOURS = 3600000;
const BATCH = 500; // deposits that are on their way at once

const { values: options } = parseArgs({ options: {
  txs: { type: 'string', default: '100000' },
  crypto: { type: 'string', default: 'std' },
  consensus: { type: 'string', default: 'raft' },
} });
const wanted = Number(options.txs);
const { algorithm } = suites[options.crypto];

// By a key that the host keeps, many in one request.
async function deposit(host, signer, from, n) {
  const requests = Array.from({ length: n }, (_, i) => ({ signer,
    ...invoke('evidence', 'deposit', `key-${from + i}`, 'value') }));
  const { body } = await host.request('POST',
    `/v1/chains/${CHAIN}/txs?wait=committed&timeout_ms=60000`, { requests });
  for (const answer of body.results) checkCommitted(answer);
}

async function seconds(what, action) {
  const began = process.hrtime.bigint();
  await action();
  const took = Number(process.hrtime.bigint() - began) / 1e9;
  note(`${what}: ${took.toFixed(1)} s`);
  return took;
}

test(`${wanted} transactions: by all blocks, and with a snapshot`, async () => {
  const network = await Network.start([1, 2, 1]);
  const [first, second, guest] = network.hosts;
  const channel = await network.makeChannel(CHAIN, options.crypto,
    { consensus: { name: options.consensus } }, [first, second]);
  await channel.deploy('evidence', { options:
    { policy: "OR('Org1MSP.peer','Org2MSP.peer')" } });
  await first.api('POST', '/v1/ids', { name: 'load', algorithm });
  await first.ctl('id', 'hosted', 'certify', 'load', '--ca',
    channel.organisations[0].dir);
  await seconds('the channel is made', async () => {
    for (let n = 0; n < wanted; n += BATCH)
      await deposit(first, 'load', n, Math.min(BATCH, wanted - n));
  });
  const key = (await guest.ctl('node', 'key', '--algorithm', algorithm)).trim();
  for (const admin of channel.admins)
    checkCommitted(await admin.send(first, CHAIN, { kind: 'member', args: {
      public_key: key, role: 'observer', name: guest.name,
      address: guest.peerAddress } }));
  const top = await height(first, CHAIN);
  const { txs, bytes } = await ledger(first, CHAIN);
  note(`${top + 1} blocks, ${txs} transactions, ${bytes} bytes`);

  await seconds('the snapshot is made', async () => {
    await first.ctl('snapshot', 'take', CHAIN);
    for (const host of [first, second])
      await until('it is made', async () => (await host.api('GET',
        `/v1/chains/${CHAIN}/snapshots`)).snapshots[0]?.state === 'ready',
      HOURS);
  });
  const file = path.join(first.home, 'genesis');
  fs.writeFileSync(file, await first.ctl('chain', 'genesis', CHAIN));
  const join = (...words) => async () => {
    await guest.ctl('chain', 'adopt', file, ...words);
    await until('it has all', async () =>
      await height(guest, CHAIN) === top, HOURS);
  };
  const short = await seconds('with the snapshot', join('--snapshot'));
  await guest.ctl('chain', 'delete', CHAIN, '--yes');
  const long = await seconds('by all blocks', join());
  note(`${(long / short).toFixed(1)} times as long`);
  for (const host of network.hosts) await host.stop();
});

await main();
