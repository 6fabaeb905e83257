// SPDX-License-Identifier: Apache-2.0
// Every call of fabric-shim, each by a function of its own.
'use strict';
const shim = require('fabric-shim');

async function drain(iterator, read) {
  const all = [];
  for (;;) {
    const { value, done } = await iterator.next();
    if (value) all.push(read(value));
    if (done) break;
  }
  await iterator.close();
  return all;
}

const text = (bytes) => Buffer.from(bytes).toString('utf8');
const pair = (kv) => `${kv.key}=${text(kv.value)}`;
const page = ({ metadata, iterator }) => drain(iterator, pair)
  .then((all) => `${all} ${metadata.fetchedRecordsCount} ${text(metadata.bookmark)}`);

const functions = {
  put: async (stub, key, value) => { await stub.putState(key, Buffer.from(value)); },
  get: async (stub, key) => text(await stub.getState(key)),
  del: async (stub, key) => { await stub.deleteState(key); },
  range: async (stub, from, to) =>
    (await drain(await stub.getStateByRange(from, to), pair)).join(),
  pages: async (stub, from, to, size, bookmark) =>
    page(await stub.getStateByRangeWithPagination(from, to, Number(size), bookmark)),
  query: async (stub, query) =>
    (await drain(await stub.getQueryResult(query), pair)).join(),
  'query-pages': async (stub, query, size, bookmark) =>
    page(await stub.getQueryResultWithPagination(query, Number(size), bookmark)),
  composite: async (stub, value, type, ...parts) => {
    const key = stub.createCompositeKey(type, parts);
    await stub.putState(key, Buffer.from(value));
  },
  partial: async (stub, type, ...parts) =>
    (await drain(await stub.getStateByPartialCompositeKey(type, parts), (kv) => {
      const split = stub.splitCompositeKey(kv.key);
      return `${split.objectType}/${split.attributes.join('/')}=${text(kv.value)}`;
    })).join(),
  'partial-pages': async (stub, type, size, bookmark) => {
    const { metadata, iterator } = await stub.getStateByPartialCompositeKeyWithPagination(
      type, [], Number(size), bookmark);
    const all = await drain(iterator, (kv) => text(kv.value));
    return `${all} ${metadata.fetchedRecordsCount}`;
  },
  history: async (stub, key) =>
    (await drain(await stub.getHistoryForKey(key),
      (change) => (change.isDelete ? 'deleted' : text(change.value)))).join(),
  'early-close': async (stub) => {
    const iterator = await stub.getStateByRange('', '');
    await iterator.next();
    await iterator.close();
  },
  call: async (stub, name, ...args) => {
    const answer = await stub.invokeChaincode(name, args, 'ch');
    return `${answer.status} ${text(answer.payload)}`;
  },
  event: async (stub, name, payload) => { stub.setEvent(name, Buffer.from(payload)); },
  transient: async (stub, name) => text(stub.getTransient().get(name)),
  creator: async (stub) => {
    const { mspid, idBytes } = stub.getCreator();
    return `${mspid} ${text(idBytes)}`;
  },
  context: async (stub) => `${stub.getTxID()} ${stub.getChannelID()} ${
    stub.getFunctionAndParameters().fcn} ${stub.getStringArgs().length} ${
    stub.getTxTimestamp().seconds} ${stub.getBinding().length}`,
  policy: async (stub, key, policy) => {
    await stub.setStateValidationParameter(key, Buffer.from(policy));
  },
  'get-policy': async (stub, key) => text(await stub.getStateValidationParameter(key)),
  fail: async (stub, message) => { throw new Error(message); },
  late: async (stub) => { stub.putState('late1', Buffer.from('1'));
    stub.putState('late2', Buffer.from('2')); },
  nothing: async () => {},
  hang: () => new Promise(() => {}),
  die: async () => { process.exit(3); },
  large: async (stub, size) => 'x'.repeat(Number(size)),
};

shim.start({
  Init: async (stub) => shim.success(Buffer.from(`init ${stub.getStringArgs()}`)),
  Invoke: async (stub) => {
    const { fcn, params } = stub.getFunctionAndParameters();
    try {
      const answer = await functions[fcn](stub, ...params);
      return shim.success(Buffer.from(answer === undefined ? '' : answer));
    } catch (error) {
      return shim.error(error.message);
    }
  },
});
