// SPDX-License-Identifier: Apache-2.0
// Private data: each call of fabric-shim that it has for collections. Values come
// as transient data, so that no transaction has them.
'use strict';
const shim = require('fabric-shim');

const text = (bytes) => Buffer.from(bytes).toString('utf8');
const value = (stub) => {
  const bytes = stub.getTransient().get('value');
  if (!bytes) throw new Error('there is no transient value');
  return Buffer.from(bytes);
};

const functions = {
  put: async (stub, collection, key) => {
    await stub.putPrivateData(collection, key, value(stub));
  },
  get: async (stub, collection, key) =>
    text(await stub.getPrivateData(collection, key)),
  hash: async (stub, collection, key) =>
    Buffer.from(await stub.getPrivateDataHash(collection, key))
      .toString('hex'),
  del: async (stub, collection, key) => {
    await stub.deletePrivateData(collection, key);
  },
  purge: async (stub, collection, key) => {
    await stub.purgePrivateData(collection, key);
  },
  range: async (stub, collection, from, to) => {
    const all = [];
    for await (const one of stub.getPrivateDataByRange(collection, from, to))
      all.push(`${one.key}=${text(one.value)}`);
    return all.join();
  },
  // Reads before it writes, so that two of them at once collide.
  add: async (stub, collection, key) => {
    const before = text(await stub.getPrivateData(collection, key));
    await stub.putPrivateData(collection, key,
      Buffer.concat([Buffer.from(before), value(stub)]));
  },
  'put-public': async (stub, key, words) => {
    await stub.putState(key, Buffer.from(words));
  },
  // Who must endorse a key from now on: peers of all these organisations; of none:
  // as before. An empty collection's name is the public state.
  policy: async (stub, collection, key, ...organisations) => {
    const policy = new shim.KeyEndorsementPolicy();
    policy.addOrgs('PEER', ...organisations);
    const bytes = organisations.length > 0 ? policy.getPolicy()
      : Buffer.alloc(0);
    if (collection)
      await stub.setPrivateDataValidationParameter(collection, key, bytes);
    else await stub.setStateValidationParameter(key, bytes);
  },
  'get-policy': async (stub, collection, key) => {
    const bytes = await (collection
      ? stub.getPrivateDataValidationParameter(collection, key)
      : stub.getStateValidationParameter(key));
    return new shim.KeyEndorsementPolicy(bytes).listOrgs().join();
  },
};

shim.start({
  Init: async () => shim.success(),
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
