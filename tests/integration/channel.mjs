// SPDX-License-Identifier: Apache-2.0
// A client of FISCO BCOS 2.x's channel, as its SDKs are: TLS with a secp256k1
// certificate, and framed messages.
import fs from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';

export const type = {
  rpc: 0x12, heartbeat: 0x13, handshake: 0x14, register: 0x15,
  request: 0x30, response: 0x31, topics: 0x32, multicast: 0x35,
  verify: 0x37, verdict: 0x38, tx: 0x1000, block: 0x1001, event: 0x1002,
};

const HEADER = 42;
let last = 0;

export function frame(kind, seq, data, length = HEADER + data.length) {
  const head = Buffer.alloc(HEADER);
  head.writeUInt32BE(length, 0);
  head.writeUInt16BE(kind, 4);
  head.write(seq, 6, 'latin1');
  return Buffer.concat([head, Buffer.from(data)]);
}

export function withTopic(topic, content) {
  return Buffer.concat([Buffer.from([topic.length + 1]), Buffer.from(topic),
    Buffer.from(content)]);
}

// The options of an SDK whose files are in `directory`; null: no certificate.
export function sdk(port, directory, ca = directory) {
  const read = (folder, name) => fs.readFileSync(path.join(folder, name));
  return {
    host: '127.0.0.1', port, servername: 'localhost',
    ecdhCurve: 'secp256k1:P-256:X25519',
    ca: read(ca, 'ca.crt'),
    ...(directory && {
      cert: read(directory, 'sdk.crt'), key: read(directory, 'sdk.key'),
    }),
  };
}

export class Channel {
  static async open(options) {
    const channel = new Channel();
    channel.messages = [];
    channel.waiting = [];
    channel.input = Buffer.alloc(0);
    channel.socket = tls.connect(options);
    channel.closed = new Promise((resolve) =>
      channel.socket.once('close', resolve));
    await new Promise((resolve, reject) => {
      channel.socket.once('secureConnect', resolve);
      channel.socket.once('error', reject);
      channel.closed.then(() => reject(new Error('closed')));
    });
    channel.socket.on('error', () => {});
    channel.socket.on('data', (part) => channel.receive(part));
    return channel;
  }

  receive(part) {
    this.input = Buffer.concat([this.input, part]);
    while (this.input.length >= HEADER) {
      const length = this.input.readUInt32BE(0);
      if (this.input.length < length) return;
      this.messages.push({
        kind: this.input.readUInt16BE(4),
        seq: this.input.toString('latin1', 6, 38),
        result: this.input.readInt32BE(38),
        data: this.input.subarray(HEADER, length),
      });
      this.input = this.input.subarray(length);
      this.waiting.splice(0).forEach((wake) => wake());
    }
  }

  // The oldest message that fits, taken out; others stay.
  async take(kind, seq) {
    const ended = this.closed.then(() => { throw new Error('closed'); });
    ended.catch(() => {});
    for (;;) {
      const at = this.messages.findIndex((message) =>
        message.kind === kind && (!seq || message.seq === seq));
      if (at >= 0) return this.messages.splice(at, 1)[0];
      await Promise.race([ended,
        new Promise((resolve) => this.waiting.push(resolve))]);
    }
  }

  send(kind, data, seq = String(++last).padStart(32, '0')) {
    this.socket.write(frame(kind, seq, Buffer.from(data)));
    return seq;
  }

  ask(kind, data) {
    return this.take(kind, this.send(kind, data));
  }

  // {result, seq} of a JSON-RPC call.
  async rpc(method, ...params) {
    const { data, seq } = await this.ask(type.rpc, JSON.stringify(
      { jsonrpc: '2.0', id: 1, method, params }));
    return { ...JSON.parse(data), seq };
  }

  close() {
    this.socket.destroy();
  }
}
