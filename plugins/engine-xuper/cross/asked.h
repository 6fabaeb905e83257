/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/cross/asked.h: bsn_engine_chains.asked (cross.h says what
 * is asked and answered).
 */
#ifndef XUPER_CROSS_ASKED_H
#define XUPER_CROSS_ASKED_H

#include "plugins/engine-xuper/chain/chain.h"

int32_t cross_asked(bsn_ledger *ledger, bsn_slice from, bsn_slice question,
		    bsn_reply *reply, bsn_err *err);

#endif
