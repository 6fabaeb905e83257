// SPDX-License-Identifier: Apache-2.0
// Runs a program of tests/clients against a chain of ours, reached as wallets
// reach it: an access token in the path, TLS by the node's own CA. The program
// speaks TAP for itself.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { Node, cleanup, end } from './lib.mjs';

export async function runClient(program) {
  const node = await Node.make();
  await node.start();
  await node.api('POST', '/v1/chains',
    { name: 'eth', framework: 'fisco', config: { crypto: 'std' } });
  const { path } = await node.api('POST', '/v1/chains/eth/tokens',
    { name: 'client', role: 'client' });
  const at = `127.0.0.1:${node.port}${path}`;
  const child = spawn(process.execPath,
    [fileURLToPath(new URL(`../clients/${program}`, import.meta.url))], {
      stdio: 'inherit',
      env: {
        ...process.env,
        NODE_EXTRA_CA_CERTS: node.tlsCa(),
        RPC_URL: `https://${at}`,
        WS_URL: `wss://${at}`,
      },
    });
  cleanup(() => child.kill());
  const code = await new Promise((resolve) => child.once('exit', resolve));
  await end(code ?? 1);
}
