/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/commit.h: hands a block that was judged to the
 * store.
 */
#ifndef FABRIC_LEDGER_COMMIT_H
#define FABRIC_LEDGER_COMMIT_H

#include "plugins/engine-fabric/ledger/head.h"
#include "plugins/engine-fabric/ledger/validate.h"

/* Fills in the block's metadata (TRANSACTIONS_FILTER, COMMIT_HASH) and commits
 * it, what it changes and what finds it again, as one batch.
 *
 * Returns: BSN_OK.
 * In:      outcome; batch: with what else is to be written, borrowed bytes living
 *          until then; cookie: as bsn_store.commit.
 * Out:     head: that of before becomes that of after.
 * Errors:  those of bsn_store.commit; then `head` is as it was. [strand] */
int32_t ledger_commit_block(const State *state, IncomingBlock *block,
			    const BlockOutcome *outcome, LedgerBatch *batch,
			    guint64 cookie, LedgerHead *head, bsn_err *err);

#endif
