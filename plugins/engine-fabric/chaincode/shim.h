/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/chaincode/shim.h: what one call of a chaincode asks of
 * the state, answered as the handler of Fabric's peer answers it. Internal to
 * chaincode/.
 *
 *	shim.c     which question it is; single keys
 *	queries.c  ranges, queries by content and histories, in batches and
 *	           in pages
 *
 * All functions: [strand].
 */
#ifndef FABRIC_CHAINCODE_SHIM_H
#define FABRIC_CHAINCODE_SHIM_H

#include "plugins/engine-fabric/ledger/simulator.h"

/* Results of one answer, and of one query in all: Fabric's own numbers. */
#define SHIM_BATCH 100u
#define SHIM_RESULTS_MAX 100000u
/* Bytes of results after which a batch ends before it is full. */
#define SHIM_BATCH_BYTES (4u << 20)
/* Bytes of a page, which cannot be cut: what fits one message. */
#define SHIM_PAGE_BYTES (14u << 20)
/* Queries of one call that are open at the same time. */
#define SHIM_QUERIES_MAX 256u

typedef struct {
	const ChannelLedger *ledger; /* borrowed, as all of these */
	Simulator *simulator;
	bsn_slice namespace;
	GPtrArray *queries; /* ShimQuery, open ones */
	guint64 n_queries;  /* that have been; they are named by it */
} Shim;

void shim_init(Shim *shim, const ChannelLedger *ledger, Simulator *simulator,
	       const char *namespace);
/* Its queries are closed. A second time does nothing. */
void shim_clear(Shim *shim);

/* Answers a question, but for INVOKE_CHAINCODE.
 *
 * Returns: BSN_OK.
 * In:      type: ChaincodeMessage.Type; payload: by type.
 * Out:     answer: appended to; the payload of a RESPONSE.
 * Errors:  BSN_FAULT: it is no question, or its payload is not what its type
 *          says; BSN_NOT_OFFERED; BSN_NOT_FOUND: no such query is open; those
 *          of simulator.h and ledger_history. */
int32_t shim_answer(Shim *shim, guint32 type, bsn_slice payload,
		    GByteArray *answer, bsn_err *err);

/* The name of a question's type, for people. [any] */
const char *shim_type_name(guint32 type);

/* ---- queries.c ---- */

typedef struct ShimQuery ShimQuery;
void shim_query_free(ShimQuery *query);

/* By type: a message that was decoded as that. */
int32_t shim_range(Shim *shim, const void *message, GByteArray *answer,
		   bsn_err *err);
int32_t shim_rich_query(Shim *shim, const void *message, GByteArray *answer,
			bsn_err *err);
int32_t shim_history(Shim *shim, const void *message, GByteArray *answer,
		     bsn_err *err);
int32_t shim_next(Shim *shim, const void *message, GByteArray *answer,
		  bsn_err *err);
int32_t shim_close(Shim *shim, const void *message, GByteArray *answer,
		   bsn_err *err);

/* What a collection's name asks for is not offered. */
int32_t shim_public_only(const char *collection, bsn_err *err);

#endif
