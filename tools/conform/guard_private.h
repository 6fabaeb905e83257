/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_CONFORM_GUARD_PRIVATE_H
#define TOOLS_CONFORM_GUARD_PRIVATE_H

#include "tools/conform/guard.h"
#include "tools/conform/guard_inputs.h"

/* The engine under judgement. */
extern const bsn_engine *guard_real;

/* Before and after each call, with its name, a constant. */
void guard_enter(const char *call);
void guard_leave(const char *call);
/* The same with room for copies of inputs; FALSE: they are not watched. */
gboolean guard_enter_with(Inputs *inputs, const char *call, gsize bytes);
void guard_leave_with(Inputs *inputs, gboolean watched, const char *call);
/* A sink that the engine must not use after the call, and what it takes. */
bsn_sink *guard_copy_sink(Inputs *inputs, bsn_sink *sink);
#define GUARD_SINK_SIZE 64u

/* Functions that take a ledger alone. */
#define GUARD_PLAIN(function, member, name)                                    \
	static int32_t function(bsn_ledger *ledger, bsn_reply *reply,          \
				bsn_err *err)                                  \
	{                                                                      \
		int32_t status;                                                \
                                                                               \
		guard_enter(name);                                                   \
		status = guard_real->member(ledger, reply, err);                     \
		guard_leave(name);                                                   \
		return status;                                                 \
	}

extern const bsn_chain_ops guard_chain_ops;
extern const bsn_tx_ops guard_tx_ops;
extern const bsn_contract_ops guard_contract_ops;
extern const bsn_status_ops guard_status_ops;
extern const bsn_ledger_ops guard_ledger_ops;
extern const bsn_block_ops guard_block_ops;
extern const bsn_event_ops guard_event_ops;
const void *guard_engine_query(const char *id);

#endif
