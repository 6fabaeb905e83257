/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/calls.h: all functions of an engine that answer a question, in
 * one list: for rules that all of them keep.
 */
#ifndef TOOLS_CONFORM_CALLS_H
#define TOOLS_CONFORM_CALLS_H

#include "tools/conform/bed.h"

/* What they are given; each takes its own. */
typedef struct {
	const bsn_tx_request *request;
	const bsn_block_query *query;
	bsn_slice state, signature;
	bsn_slice id;       /* of a transaction */
	bsn_slice contract; /* by name */
	bsn_slice code, options, source;
	guint64 from, to;
	bsn_tx_request a_request;
	bsn_block_query a_query;
	bsn_id an_id;
} Given;

typedef struct {
	const char *name; /* "bsn_tx_ops.get"; NULL ends the list */
	SimAnswer expects;
	gboolean (*is_there)(const bsn_engine *engine); /* NULL: always */
	int32_t (*call)(const bsn_engine *engine, bsn_ledger *ledger,
			bsn_reply *reply, const Given *given, bsn_err *err);
	gboolean takes; /* something that can be wrong */
} EngineCall;

extern const EngineCall engine_calls[];

/* Whether the engine has it. */
gboolean calls_is_there(const Run *run, const EngineCall *call);

/* What is right: it calls get of the workload's contract, if it has one, and
 * finds a transaction that is made for it. There are pointers into it: it is
 * not copied. */
void given_right(Bed *bed, Given *given);
/* What is wrong, all of it. */
void given_wrong(Given *given);
/* Nothing: empty slices with NULL data, kind of a call. */
void given_nothing(Given *given);

/* Calls at node 0 and waits for the answer, which is forgotten: its status.
 * `err` may be NULL, and then the engine is given none. */
int32_t calls_do(Bed *bed, const EngineCall *call, const Given *given,
		 bsn_err *err);

#endif
