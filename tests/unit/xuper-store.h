/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/xuper-store.h: a chain of the fake host for tests of engine-xuper's
 * state and ledger, which counts what is read of its store.
 */
#ifndef TESTS_UNIT_XUPER_STORE_H
#define TESTS_UNIT_XUPER_STORE_H

#include "plugins/engine-xuper/identity/suite.h"
#include "plugins/engine-xuper/state/layer.h"
#include "tests/unit/fake-host.h"

/* A suite that hashes, and signs nothing. */
extern const Suite xuper_hashing;

/* Entries that the store gave since it was set to 0: values, and what scans
 * passed. */
extern guint64 xuper_touched;

/* The host anew, and an open chain with an empty store. */
bsn_chain *xuper_chain_new(void);
void xuper_chain_free(bsn_chain *chain);

/* Commits a layer's writes, as final. */
void xuper_fold(bsn_chain *chain, Layer *layer);
/* A digest of all that is to be seen through a layer, ledger's records of blocks
 * left out: what begins with 'U', 'Z', 'F', 'B' or 'X'. */
char *xuper_state_digest(Layer *layer);

#endif
