// SPDX-License-Identifier: Apache-2.0
// Waiting with ethers where a block comes only with a transaction. Its own
// wait() looks at a receipt again when it sees a block after the first that it
// saw: had that one the transaction already, it waits for the next for ever.
import { setTimeout } from 'node:timers/promises';

const POLLING_MS = 20;
const DEADLINE_MS = 60000;

export async function receiptOf(provider, hash) {
  for (const end = Date.now() + DEADLINE_MS; Date.now() < end;) {
    const receipt = await provider.getTransactionReceipt(hash);
    if (receipt !== null) return receipt;
    await setTimeout(POLLING_MS);
  }
  throw new Error(`${hash} has no receipt after ${DEADLINE_MS} ms`);
}
