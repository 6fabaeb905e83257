// SPDX-License-Identifier: Apache-2.0
// A chaincode that hosts connect to, on the server that fabric-shim has for it:
//   node index.js ADDRESS PACKAGE-ID KEY CERTIFICATE CLIENT-CA
'use strict';
const fs = require('fs');

const shim = require('fabric-shim');

const [address, ccid, key, cert, ca] = process.argv.slice(2);

class Service {
  async Init() {
    return shim.success();
  }

  async Invoke(stub) {
    const { fcn, params: [name, value] } = stub.getFunctionAndParameters();
    if (fcn === 'put') {
      await stub.putState(name, Buffer.from(value));
      return shim.success(Buffer.from(value));
    }
    if (fcn === 'get') return shim.success(await stub.getState(name));
    return shim.error(`there is no function ${fcn}`);
  }
}

shim.server(new Service(), { ccid, address, tlsProps: {
  key: fs.readFileSync(key), cert: fs.readFileSync(cert),
  clientCACerts: fs.readFileSync(ca),
} }).start().then(() => console.log('ready'));
