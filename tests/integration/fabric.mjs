// SPDX-License-Identifier: Apache-2.0
// Organisations with their own CAs, a channel of theirs on several hosts, and
// clients that sign what they send: with Fabric's messages as fabric-protos from
// npm has them.
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { theirs } from '../npm/fabric.mjs';
import { check, cleanup, prefix, until } from './lib.mjs';
import { startHosts } from './network.mjs';

// ---- messages ----

export const decode = (name, bytes) => theirs.lookupType(name).decode(bytes);
export const encode = (name, object) =>
  Buffer.from(theirs.lookupType(name).encode(object).finish());
export const valueOf = (name) => theirs.lookupEnum(name).values;
export const codes = valueOf('protos.TxValidationCode');

export const bytesOf = (hex) => Buffer.from(hex.slice(2), 'hex');
export const hexOf = (bytes) => `0x${Buffer.from(bytes).toString('hex')}`;

// ---- what a channel hashes and signs with ----

const ORDER = BigInt('0xffffffff00000000ffffffffffffffff' +
  'bce6faada7179e84f3b9cac2fc632551');
const SM2_ID = ['-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678'];

const numberOf = (bytes) => BigInt(`0x${bytes.toString('hex')}`);
const padded = (number) =>
  Buffer.from(number.toString(16).padStart(64, '0'), 'hex');

function lengthOf(n) {
  if (n < 128) return [n];
  return n < 256 ? [0x81, n] : [0x82, n >> 8, n & 255];
}
export const der = (tag, content) =>
  Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
// An INTEGER that is not negative.
export function derNumber(bytes) {
  while (bytes.length > 1 && bytes[0] === 0 && bytes[1] < 128)
    bytes = bytes.subarray(1);
  return der(2, bytes[0] < 128 ? bytes
    : Buffer.concat([Buffer.from([0]), bytes]));
}

// r || s of a DER signature: SEQUENCE of two INTEGERs, all shorter than 128.
function rawOf(signature) {
  const r = signature.subarray(4, 4 + signature[3]);
  const s = signature.subarray(6 + signature[3]);
  return Buffer.concat([r, s].map((one) => padded(numberOf(one))));
}

// With OpenSSL's tool: Node.js signs by SM2 without the signer's name. GM
// variants of Fabric sign a digest of the message, as if that were the message.
function sm2(dir, verb, key, message, signature) {
  const file = path.join(dir, 'message');
  fs.writeFileSync(file, crypto.createHash('sm3').update(message).digest());
  const args = ['pkeyutl', verb, '-rawin', ...SM2_ID, '-inkey', key, '-in',
    file];
  if (signature) {
    fs.writeFileSync(path.join(dir, 'signature'), signature);
    args.push('-pubin', '-sigfile', path.join(dir, 'signature'));
  }
  return execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

export const suites = {
  std: {
    algorithm: 'ecdsa-p256', digest: 'sha256', hash: 'SHA256',
    sign(dir, key, message) {
      const raw = crypto.sign('sha256', message,
        { key: fs.readFileSync(key), dsaEncoding: 'ieee-p1363' });
      const s = numberOf(raw.subarray(32));
      return s <= ORDER / 2n ? raw
        : Buffer.concat([raw.subarray(0, 32), padded(ORDER - s)]);
    },
    verify: (dir, key, message, signature) =>
      crypto.verify('sha256', message, key, signature),
  },
  sm: {
    algorithm: 'sm2', digest: 'sm3', hash: 'SM3',
    sign: (dir, key, message) => rawOf(sm2(dir, '-sign', key, message)),
    verify(dir, key, message, signature) {
      const file = path.join(dir, 'public.pem');
      fs.writeFileSync(file, key);
      return String(sm2(dir, '-verify', file, message, signature))
        .includes('Successfully');
    },
  },
};

export function digest(crypto_, ...parts) {
  const hash = crypto.createHash(suites[crypto_].digest);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

// ---- organisations and people ----

const bsnctl = (...args) => execFileSync(path.join(prefix, 'bin/bsnctl'), args,
  { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const CRL = `[ca]
default_ca = one
[one]
database = index
default_crl_days = 30
crl_extensions = extensions
[extensions]
authorityKeyIdentifier = keyid:always
`;

// With a CA of its own, which no host has; or that of a host's directory.
export class Organisation {
  constructor(name, crypto_, dir) {
    this.name = name;
    this.mspId = `${name}MSP`;
    this.crypto = crypto_;
    this.home = fs.mkdtempSync(path.join(os.tmpdir(), 'bsn-org-'));
    cleanup(() => fs.rmSync(this.home, { recursive: true, force: true }));
    this.dir = dir ?? path.join(this.home, 'org');
    if (!dir) bsnctl('init', this.dir, '--org', name, '--algorithm',
      suites[crypto_].algorithm);
  }

  get caFile() {
    return path.join(this.dir, 'ca/identity-ca.pem');
  }

  // In the words of a chain's config.
  words(more) {
    return {
      msp_id: this.mspId, root_certs: [fs.readFileSync(this.caFile, 'utf8')],
      node_ous: { client: 'client', peer: 'node', admin: 'admin',
        orderer: 'node' },
      application: true, orderer: true, ...more,
    };
  }

  // Somebody with a key that only this program has.
  person(name, role = 'client') {
    bsnctl('id', 'new', name, '--role', role, '--algorithm',
      suites[this.crypto].algorithm, '--node', this.dir);
    return new Person(this, path.join(this.dir, 'ids', name));
  }

  // A list of those whose certificates are good no more, in PEM.
  revocationList(...people) {
    const time = (ms) => `${new Date(ms).toISOString().slice(2, 19)
      .replace(/[-T:]/g, '')}Z`;
    const file = (name) => path.join(this.home, name);
    fs.writeFileSync(file('index'), people.map(({ certificate }) => ['R',
      time(Date.parse(certificate.validTo)), time(Date.now() - 60000),
      certificate.serialNumber, 'unknown', '/CN=revoked'].join('\t') + '\n')
      .join(''));
    fs.writeFileSync(file('crl.conf'), CRL);
    const sm = this.crypto === 'sm';
    execFileSync('openssl', ['ca', '-gencrl', '-config', file('crl.conf'),
      '-keyfile', path.join(this.dir, 'ca/identity-ca.key'), '-cert',
      this.caFile, '-md', sm ? 'sm3' : 'sha256',
      ...sm ? ['-sigopt', 'distid:1234567812345678'] : [], '-out',
      file('crl.pem')], { cwd: this.home, stdio: 'pipe' });
    return fs.readFileSync(file('crl.pem'), 'utf8');
  }
}

export class Person {
  constructor(organisation, dir) {
    this.organisation = organisation;
    this.crypto = organisation.crypto;
    this.dir = dir;
    this.pem = fs.readFileSync(path.join(dir, 'cert.pem'), 'utf8');
    this.certificate = new crypto.X509Certificate(this.pem);
    this.creator = encode('msp.SerializedIdentity',
      { mspid: organisation.mspId, id_bytes: Buffer.from(this.pem) });
    this.publicKey = hexOf(this.certificate.publicKey
      .export({ format: 'der', type: 'spki' }).subarray(-64));
  }

  // r || s, as the gateway takes it.
  sign(message) {
    return suites[this.crypto].sign(this.dir, path.join(this.dir, 'key.pem'),
      message);
  }

  // As it stands in Fabric's messages.
  signDer(message) {
    const raw = this.sign(message);
    return der(0x30, Buffer.concat([derNumber(raw.subarray(0, 32)),
      derNumber(raw.subarray(32))]));
  }

  // A request in uniform words becomes a transaction, which nobody has got yet.
  async prepare(host, chain, request) {
    const at = `/v1/chains/${chain}/txs`;
    let answer = await host.api('POST', `${at}/prepare`, { ...request,
      public_key: this.publicKey, certificate: this.pem });
    while (!answer.tx)
      answer = await host.api('POST', `${at}/sign`, { state: answer.state,
        signature: hexOf(this.sign(bytesOf(answer.message))) });
    return { tx: bytesOf(answer.tx), id: answer.tx_id };
  }

  async send(host, chain, request) {
    return submit(host, chain, (await this.prepare(host, chain, request)).tx);
  }
}

export const invoke = (contract, name, ...args) =>
  ({ kind: 'invoke', contract, function: name, args });

// What becomes of a transaction: also of one that is refused.
export async function submit(host, chain, tx) {
  const { body } = await host.request('POST',
    `/v1/chains/${chain}/txs?wait=committed&timeout_ms=30000`,
    { tx: hexOf(tx) });
  return body;
}

// Of one that is in a block with another code than VALID.
export function checkInvalid(answer, code) {
  check(answer.error && answer.tx?.stage === 'invalid',
    `${code}: it is not invalid in a block: ${JSON.stringify(answer)}`);
  check(answer.error.native === codes[code] && answer.tx.native === codes[code],
    `${code} is ${codes[code]}: ${JSON.stringify(answer)}`);
  check(answer.tx.detail.code === code, JSON.stringify(answer.tx.detail));
  check(answer.error.reason.startsWith(`${code}: `), answer.error.reason);
}

export function checkCommitted(answer) {
  check(answer.stage === 'committed', JSON.stringify(answer));
  return answer;
}

// ---- envelopes, taken apart and put together ----

export function open(bytes) {
  const envelope = decode('common.Envelope', bytes);
  const payload = decode('common.Payload', envelope.payload);
  return {
    envelope, payload,
    channel: decode('common.ChannelHeader', payload.header.channel_header),
    signature:
      decode('common.SignatureHeader', payload.header.signature_header),
  };
}

// What a transaction's only action says.
export function openAction(payload) {
  const transaction = decode('protos.Transaction', payload.data);
  const action = decode('protos.ChaincodeActionPayload',
    transaction.actions[0].payload);
  return { transaction, action };
}

// The same transaction with some of its endorsements only, signed again.
export function withEndorsements(tx, person, keep) {
  const { payload } = open(tx);
  const { transaction, action } = openAction(payload);
  action.action.endorsements = action.action.endorsements.filter((one) =>
    keep(decode('msp.SerializedIdentity', one.endorser).mspid));
  transaction.actions[0].payload =
    encode('protos.ChaincodeActionPayload', action);
  payload.data = encode('protos.Transaction', transaction);
  return envelopeOf(payload, person);
}

export function envelopeOf(payload, person) {
  const bytes = encode('common.Payload', payload);
  return encode('common.Envelope',
    { payload: bytes, signature: person.signDer(bytes) });
}

// ---- chaincodes ----

// A package of a chaincode that is compiled into the host.
export function nativePackage(contract, version = 1) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bsn-package-'));
  const write = (name, object) =>
    fs.writeFileSync(path.join(dir, name), JSON.stringify(object));
  const tar = (to, ...names) => execFileSync('tar', ['-C', dir, '--sort=name',
    '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '-czf',
    path.join(dir, to), ...names]);
  write('native.json', { contract, version });
  write('metadata.json', { type: 'native', label: `${contract}_${version}` });
  tar('code.tar.gz', 'native.json');
  tar('package.tgz', 'metadata.json', 'code.tar.gz');
  const bytes = fs.readFileSync(path.join(dir, 'package.tgz'));
  fs.rmSync(dir, { recursive: true });
  return bytes;
}

// ---- channels ----

// Hosts that belong to organisations by turns as `owners` says; those find each
// other's nodes by certificates of their own for each channel's algorithm.
export class Network {
  // owners: which organisation (from 1 on) each host is of; init: further options of
  // `bsnctl init`; config: changes a host's config. Where it is P-256, an
  // organisation's CA is that of its first host.
  static async start(owners, init = [], config = undefined) {
    const network = new Network();
    network.owners = owners;
    network.hosts = await startHosts(owners.length, [],
      () => ['--algorithm', 'ecdsa-p256', ...init], config);
    network.organisations = {};
    for (const crypto_ of ['std', 'sm']) await network.certify(crypto_);
    return network;
  }

  async certify(crypto_) {
    const { algorithm } = suites[crypto_];
    const all = Array.from({ length: Math.max(...this.owners) }, (_, i) =>
      new Organisation(`Org${i + 1}`, crypto_, crypto_ === 'std'
        ? this.hosts[this.owners.indexOf(i + 1)].dir : undefined));
    this.organisations[crypto_] = all;
    await Promise.all(this.hosts.map((host, i) => host.ctl('node', 'certify',
      '--algorithm', algorithm, '--ca', all[this.owners[i] - 1].dir)));
  }

  // A channel on some of the hosts; its organisations, and an admin of each.
  async makeChannel(name, crypto_, config = {}, hosts = this.hosts) {
    const organisations = this.organisations[crypto_];
    const { algorithm } = suites[crypto_];
    const members = await Promise.all(hosts.map(async (host) => ({
      public_key: (await host.ctl('node', 'key', '--algorithm', algorithm))
        .trim(),
      role: 'consensus', name: host.name, address: host.peerAddress,
    })));
    await hosts[0].api('POST', '/v1/chains', { name, framework: 'fabric',
      config: { crypto: crypto_,
        organisations: organisations.map((one) => one.words()), ...config },
      members });
    const file = path.join(hosts[0].home, `${name}.genesis`);
    fs.writeFileSync(file, await hosts[0].ctl('chain', 'genesis', name));
    await Promise.all(hosts.slice(1).map((host) =>
      host.ctl('chain', 'adopt', file)));
    for (const host of hosts)
      await until('all have told each other who they are', async () =>
        (await host.api('GET', `/v1/chains/${name}/status`)).detail.sync.peers
          .filter((peer) => peer.msp).length === hosts.length - 1);
    return new Channel(name, crypto_, hosts, organisations);
  }
}

export class Channel {
  constructor(name, crypto_, hosts, organisations) {
    Object.assign(this, { name, crypto: crypto_, hosts, organisations,
      home: organisations[0].home });
    this.admins = organisations.map((one) => one.person(`${name}-admin`,
      'admin'));
    this.clients = organisations.map((one) => one.person(`${name}-client`));
  }

  // The first organisation's admin deploys what the second's has approved.
  async deploy(contract, { as = contract, version = 1, options = {},
    code = nativePackage(contract, version) } = {}) {
    const request = { kind: 'deploy', contract: as, code: hexOf(code),
      options: { version: `${version}.0`, ...options } };
    checkCommitted(await this.admins[1].send(this.hosts.at(-1), this.name,
      { ...request, options: { ...request.options, step: 'approve' } }));
    return checkCommitted(await this.admins[0].send(this.hosts[0], this.name,
      request));
  }

  // Admins sign a change of the config, one after the other: all whose
  // signatures its policies ask for.
  async change(set, admins = this.admins) {
    for (const admin of admins)
      checkCommitted(await admin.send(this.hosts[0], this.name, {
        kind: 'invoke', contract: '', function: 'config', args: { set } }));
  }

  // In the name of a key that the host keeps.
  async call(host, ...words) {
    return (await host.api('POST', `/v1/chains/${this.name}/call`,
      { ...invoke(...words), signer: await this.reader(host) })).result;
  }

  async reader(host) {
    const name = `reader-${this.crypto}`;
    host.readers ??= {};
    host.readers[name] ??= (async () => {
      await host.ctl('id', 'hosted', 'add', name, '--algorithm',
        suites[this.crypto].algorithm);
      await host.ctl('id', 'hosted', 'certify', name, '--ca',
        this.organisations[0].dir);
      await host.ctl('id', 'hosted', 'grant', name, 'loader');
      return name;
    })();
    return host.readers[name];
  }

  // Of a block as it is on disk.
  async block(host, number) {
    const { detail } = await host.api('GET',
      `/v1/chains/${this.name}/blocks/${number}?raw=1`);
    return decode('common.Block', bytesOf(detail.raw));
  }
}
