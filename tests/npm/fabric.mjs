// SPDX-License-Identifier: Apache-2.0
// Fabric's messages three times: as this project has them, as fabric-protos
// 2.2 has them (by names), and as @hyperledger/fabric-protos of Fabric 2.5 has
// them (by classes).
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const protobuf = require('protobufjs');
const classes = require('@hyperledger/fabric-protos');

const here = path.dirname(fileURLToPath(import.meta.url));
const ourDir = path.join(here, '../../plugins/engine-fabric/proto');
const theirDir = path.dirname(require.resolve('fabric-protos/package.json'));

function protoFiles(dir) {
  return readdirSync(dir, { recursive: true })
    .filter((name) => name.endsWith('.proto'));
}

function load(dirs, files) {
  const root = new protobuf.Root();
  root.resolvePath = (origin, target) => {
    for (const dir of dirs) {
      const file = path.join(dir, target);
      try {
        require('node:fs').accessSync(file);
        return file;
      } catch { /* in the next one */ }
    }
    throw new Error(`no ${target}`);
  };
  root.loadSync(files, { keepCase: true });
  root.resolveAll();
  return root;
}

export const ours = load([ourDir], protoFiles(ourDir));
export const theirs = load(
  [path.join(theirDir, 'protos'), path.join(theirDir, 'google-protos')],
  ['common', 'configtx', 'configuration', 'ledger', 'policies']
    .map((name) => `common/${name}.proto`)
    .concat('ledger/queryresult/kv_query_result.proto',
      'ledger/rwset/kvrwset/kv_rwset.proto', 'ledger/rwset/rwset.proto',
      'msp/identities.proto', 'msp/msp_config.proto',
      'msp/msp_principal.proto', 'orderer/ab.proto',
      'orderer/configuration.proto', 'peer/chaincode.proto',
      'peer/chaincode_event.proto', 'peer/chaincode_shim.proto',
      'peer/collection.proto', 'peer/configuration.proto',
      'peer/events.proto', 'peer/lifecycle/chaincode_definition.proto',
      'peer/lifecycle/db.proto', 'peer/lifecycle/lifecycle.proto',
      'peer/policy.proto', 'peer/proposal.proto',
      'peer/proposal_response.proto', 'peer/query.proto',
      'peer/transaction.proto'));

export function typesOf(namespace) {
  return (namespace.nestedArray ?? []).flatMap((nested) => [
    ...(nested instanceof protobuf.Type ? [nested] : []),
    ...typesOf(nested),
  ]);
}

export function enumsOf(namespace) {
  return (namespace.nestedArray ?? []).flatMap((nested) =>
    nested instanceof protobuf.Enum ? [nested] : enumsOf(nested));
}

const packages = {
  common: [classes.common],
  gateway: [classes.gateway],
  google: [{ rpc: classes.google.rpc }],
  kvrwset: [classes.ledger.rwset.kvrwset],
  lifecycle: [classes.peer.lifecycle],
  msp: [classes.msp],
  orderer: [classes.orderer],
  protos: [classes.peer],
  queryresult: [classes.ledger.queryresult],
  rwset: [classes.ledger.rwset],
};

// The class of a message of ours in Fabric 2.5's package.
export function classOf(type) {
  const [name, ...rest] = type.fullName.slice(1).split('.');
  for (const holder of packages[name] ?? []) {
    const found = rest.reduce((at, step) => at?.[step], holder);
    if (found) return found;
  }
  return null;
}

// Keys that are strings to Fabric and bytes here, which are encoded alike.
const keys = new Set(['KVRead.key', 'KVWrite.key', 'KVMetadataWrite.key',
  'RangeQueryInfo.start_key', 'RangeQueryInfo.end_key', 'KV.key',
  'GetState.key', 'GetStateMetadata.key', 'PutState.key',
  'PutStateMetadata.key', 'DelState.key', 'PurgePrivateState.key',
  'GetStateByRange.startKey', 'GetStateByRange.endKey', 'GetHistoryForKey.key',
  'QueryMetadata.bookmark', 'QueryResponseMetadata.bookmark']);
export const isKey = (field) => keys.has(`${field.parent.name}.${field.name}`);

// A message with a value in every field, of a oneof's in the one of that
// number; `depth` messages within each other at most.
export function filled(type, choice = 0, depth = 4) {
  const message = {};
  const skipped = new Set(type.oneofsArray.flatMap((oneof) =>
    oneof.fieldsArray.filter(
      (field, i) => i !== choice % oneof.fieldsArray.length)));
  for (const field of type.fieldsArray) {
    if (skipped.has(field)) continue;
    const value = valueOf(field, choice, depth);
    if (value === undefined) continue;
    message[field.name] = field.map ? { key: value }
      : field.repeated ? [value, value] : value;
  }
  return message;
}

function valueOf(field, choice, depth) {
  if (field.resolvedType instanceof protobuf.Type)
    return depth > 0 ? filled(field.resolvedType, choice, depth - 1)
      : undefined;
  if (field.resolvedType) return Object.values(field.resolvedType.values).at(-1);
  if (isKey(field)) return Buffer.from(`key ${field.id}`);
  switch (field.type) {
    case 'string': return `text ${field.id}`;
    case 'bytes': return Buffer.from([field.id, 0, 255]);
    case 'bool': return true;
    default: return 1000 + field.id;
  }
}
