/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/query.h: transactions, blocks, ledger and status looked
 * up. Only what is durable is shown.
 */
#ifndef FISCO_QUERY_H
#define FISCO_QUERY_H

#include "plugins/engine-fisco/ledger.h"

/* As the functions of the engine's tables. [strand] */
int32_t query_tx(Ledger *ledger, bsn_slice tx_id, bsn_reply *reply,
		 bsn_err *err);
int32_t query_block(Ledger *ledger, const bsn_block_query *query,
		    bsn_reply *reply, bsn_err *err);
int32_t query_ledger(Ledger *ledger, bsn_reply *reply, bsn_err *err);
int32_t query_status(Ledger *ledger, bsn_reply *reply, bsn_err *err);
int32_t query_events(Ledger *ledger, uint64_t from, uint64_t to,
		     bsn_reply *reply, bsn_err *err);

#endif
