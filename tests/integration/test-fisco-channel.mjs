#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// FISCO's SDK channel of a running host: from `bsnctl channel` to events, AMOP
// and private topics; and what is refused while others go on.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

import { signer } from '../clients/sign.mjs';
import { Channel, frame, sdk, type, withTopic } from './channel.mjs';
import {
  Node, check, deposit, digestOf, equal, evidenceChain, freePort, main, test,
  until,
} from './lib.mjs';

const chain = '/v1/chains/bank';
let node, port, files, hosted, steady;

const json = ({ data }) => JSON.parse(data);
const logged = (words) => until(`the log says "${words}"`, () =>
  fs.readFileSync(node.log, 'utf8').includes(words));
const enter = () => Channel.open(sdk(port, files));

async function store(note) {
  const tx = await node.api('POST', `${chain}/txs?wait=committed`,
    { ...deposit(digestOf(note), note), signer: hosted });
  return tx.block;
}

test('two commands, and an SDK is connected', async () => {
  node = await Node.make();
  port = await freePort();
  files = path.join(node.home, 'conf');
  await node.ctl('channel', 'open', 'bank', '--listen', `127.0.0.1:${port}`);
  await node.ctl('channel', 'sdk', files);
  check(fs.readFileSync(path.join(files, 'config.toml'), 'utf8')
    .includes(`peers = ["127.0.0.1:${port}"]`), 'peers');
  await node.start();
  hosted = await evidenceChain(node, 'bank', 'std');
  steady = await enter();
  const { protocol } = json(await steady.ask(type.handshake, JSON.stringify(
    { minimumProtocol: 1, maximumProtocol: 3, clientType: 'test' })));
  equal(protocol, 3, 'protocol');
  equal(json(await steady.ask(type.heartbeat, '{"heartBeat":0}')),
    { heartBeat: 1 }, 'heartbeat');
  const { result } = await steady.rpc('getBlockNumber', 1);
  check(/^0x[1-9a-f]/.test(result), `block number ${result}`);
});

test('a transaction is sent, and its receipt and block come', async () => {
  const key = signer('0x' + '11'.repeat(32));
  await steady.send(type.topics, '["_block_notify_1"]');
  const { message, state } = await node.api('POST', `${chain}/txs/prepare`,
    { contract: 'evidence', function: 'renounceRole',
      args: ['0x' + '00'.repeat(32), key.address],
      public_key: key.publicKey });
  const { tx } = await node.api('POST', `${chain}/txs/sign`,
    { state, signature: key.sign(message) });
  const { result, seq } = await steady.rpc('sendRawTransaction', 1, tx);
  const receipt = json(await steady.take(type.tx, seq));
  equal([receipt.transactionHash, receipt.status], [result, '0x0'], 'receipt');
  const { data } = await steady.take(type.block);
  equal(JSON.parse(data.subarray(data[0])).blockNumber,
    Number(receipt.blockNumber), 'block');
  await steady.send(type.topics, '[]');
});

test('events of the past and the future, each once', async () => {
  const first = await store('one');
  const client = await enter();
  const answer = json(await client.ask(type.register, JSON.stringify({
    fromBlock: String(first), toBlock: 'latest', addresses: [], topics: [],
    groupID: '1', filterID: 'f' })));
  equal(answer, { filterID: 'f', result: 0 }, 'registered');
  const blocks = [];
  const gather = async (wanted) => {
    while (blocks.length < wanted) {
      const { logs } = json(await client.take(type.event));
      blocks.push(...logs.map((log) => Number(log.blockNumber)));
    }
  };
  await gather(1);
  const later = [await store('two'), await store('three')];
  await gather(3);
  equal(blocks, [first, ...later], 'blocks of the logs');
  client.close();
});

test('a message between two clients, and its answer', async () => {
  const [one, two] = [await enter(), await enter()];
  two.send(type.topics, '["news"]');
  await two.ask(type.heartbeat, '0'); // the topics are in
  const seq = one.send(type.request, withTopic('news', 'hello'));
  const got = await two.take(type.request, seq);
  equal(got.data.toString(), '\x05newshello', 'message');
  two.send(type.response, withTopic('news', 'thanks'), seq);
  const back = await one.take(type.response, seq);
  equal([back.result, back.data.toString()], [0, '\x05newsthanks'], 'answer');
  one.close();
  two.close();
});

test('a private topic is for who was verified', async () => {
  const [publisher, receiver] = [await enter(), await enter()];
  const topic = '#!$TopicNeedVerify_deal';
  const own = `#!$VerifyChannel_${topic}_${'7'.repeat(32)}`;
  const push = async () => {
    const seq = publisher.send(type.multicast, withTopic(topic, 'secret'));
    return (await publisher.take(type.response, seq)).result;
  };
  publisher.send(type.topics, JSON.stringify([`#!$PushChannel_${topic}`]));
  receiver.send(type.topics, JSON.stringify([topic, own]));
  const asked = json(await publisher.take(type.verify));
  equal([asked.topic, asked.topicForCert], [topic, own], 'question');
  equal(await push(), 100, 'before');
  await publisher.ask(type.verdict, JSON.stringify(
    { checkResult: 0, nodeId: asked.nodeId, topic }));
  equal(await push(), 0, 'afterwards');
  await receiver.take(type.multicast);
  publisher.close();
  receiver.close();
});

// What the server makes of bytes without TLS: it closes.
async function plain(bytes) {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  socket.write(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
}

async function refused(options) {
  let client;
  try {
    client = await Channel.open(options);
  } catch {
    return;
  }
  await client.closed;
}

test('strangers stay out, and the log says why', async () => {
  await node.ctl('channel', 'sdk', path.join(node.home, 'conf2'));
  const stranger = await Node.make();
  const other = path.join(stranger.home, 'conf');
  await stranger.ctl('channel', 'open', 'bank');
  await stranger.ctl('channel', 'sdk', other);
  await refused(sdk(port, null, files));
  await logged('it showed no certificate');
  await refused(sdk(port, other, files));
  await logged('no CA of ca_files vouches for its certificate');
  await refused(sdk(port, files, other));
  await refused({ ...sdk(port, files), ecdhCurve: 'X25519' });
  await logged('it offers no cipher or curve');
  await plain('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await logged('it speaks plain HTTP');
  await plain(Buffer.alloc(64, 7));
  await logged('it does not speak TLS');
});

test('who sends no messages is cut off, alone', async () => {
  const [large, noise, half] = [await enter(), await enter(), await enter()];
  large.socket.write(frame(type.rpc, '0'.repeat(32), '', 100 << 20));
  noise.socket.write(Buffer.alloc(4096, 0));
  await Promise.all([large.closed, noise.closed]);
  const request = frame(type.heartbeat, '1'.repeat(32), '0');
  half.socket.write(request.subarray(0, 20));
  half.socket.write(request.subarray(20));
  equal((await half.take(type.heartbeat)).data.toString(), '1', 'two halves');
  half.close();
});

test('who reads nothing holds up nobody', async () => {
  const slow = await enter();
  const ask = frame(type.rpc, '2'.repeat(32), JSON.stringify(
    { jsonrpc: '2.0', id: 1, method: 'getBlockByNumber',
      params: [1, '0x1', true] }));
  slow.socket.pause();
  slow.socket.write(Buffer.concat(Array(20000).fill(ask)));
  await until('others go on', async () =>
    (await steady.rpc('getBlockNumber', 1)).result);
  slow.close();
});

test('a chain closes and opens again', async () => {
  await node.api('PATCH', chain, { state: 'closed' });
  await steady.closed;
  await refused(sdk(port, files));
  await logged('the chain is not open');
  await node.api('PATCH', chain, { state: 'open' });
  const client = await enter();
  check((await client.rpc('getBlockNumber', 1)).result, 'block number');
  const metrics = await node.ops('/metrics');
  check(/bsn_channel_handshakes_total\{chain="bank",outcome="refused"\} [1-9]/
    .test(metrics.body), 'refusals are counted');
  await node.stop();
  await client.closed;
});

await main();
