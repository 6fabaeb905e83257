/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/chain/open.h: bsn_chain_ops of this engine.
 */
#ifndef XUPER_CHAIN_OPEN_H
#define XUPER_CHAIN_OPEN_H

#include <bsn/engine.h>

extern const bsn_chain_ops xuper_chain_ops;

/* members.c, proposals.c: of bsn_chain_ops. [strand] */
int32_t chain_members(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err);
int32_t chain_proposals(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err);

#endif
