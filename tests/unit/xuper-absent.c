/* SPDX-License-Identifier: Apache-2.0
 *
 * Stand-ins for the parts of the engine that are not built yet.
 */
#include "plugins/engine-xuper/contract/build.h"
#include "plugins/engine-xuper/kernel/kernel.h"
#include "plugins/engine-xuper/query/query.h"

int32_t build_begin(bsn_ledger *l, const bsn_tx_request *r, bsn_reply *p, bsn_err *e) { return bsn_fail(e, BSN_NOT_OFFERED, "absent"); }
int32_t build_sign_round(bsn_ledger *l, bsn_slice s, bsn_slice g, bsn_reply *p, bsn_err *e) { return bsn_fail(e, BSN_NOT_OFFERED, "absent"); }
int32_t build_call(bsn_ledger *l, const bsn_tx_request *r, bsn_reply *p, bsn_err *e) { return bsn_fail(e, BSN_NOT_OFFERED, "absent"); }
const bsn_contract_ops xuper_contract_ops = { .size = sizeof(bsn_contract_ops) };
int32_t query_status(bsn_ledger *l, bsn_reply *p, bsn_err *e) { return bsn_fail(e, BSN_NOT_OFFERED, "absent"); }
int32_t query_ledger(bsn_ledger *l, bsn_reply *p, bsn_err *e) { return bsn_fail(e, BSN_NOT_OFFERED, "absent"); }
int32_t query_block(bsn_ledger *l, const bsn_block_query *q, bsn_reply *p, bsn_err *e) { return bsn_fail(e, BSN_NOT_OFFERED, "absent"); }
int32_t query_tx(bsn_ledger *l, bsn_slice t, bsn_reply *p, bsn_err *e) { return bsn_fail(e, BSN_NOT_OFFERED, "absent"); }
int32_t query_events(bsn_ledger *l, uint64_t a, uint64_t b, bsn_reply *p, bsn_err *e) { return bsn_fail(e, BSN_NOT_OFFERED, "absent"); }
int32_t query_verify(bsn_slice g, const bsn_member *m, uint64_t n, bsn_slice b, bsn_sink *j, bsn_err *e) { return bsn_fail(e, BSN_NOT_OFFERED, "absent"); }
void query_answer_tx(bsn_ledger *l, bsn_reply *reply, const Tx *tx, guint64 height, guint32 index, GBytes *note)
{
	const bsn_tx_result result = { .size = sizeof(result), .stage = BSN_TX_COMMITTED, .tx_id = bsn_id_of(tx->id, HASH_LEN), .block = height, .index = index };
	services.reply->tx(reply, &result);
}
const KernelMethod kernel_contract[1], kernel_parachain[1];
