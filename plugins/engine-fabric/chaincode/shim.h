/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/chaincode/shim.h: what one call of a chaincode asks of
 * the state, answered as the handler of Fabric's peer answers it. Internal to
 * chaincode/.
 *
 *	shim.c          which question it is; single keys
 *	private_data.c  single keys of collections; who may read and write them
 *	queries.c       ranges, queries by content and histories, in batches
 *	                and in pages; pack.c: one result
 *
 * All functions: [strand].
 */
#ifndef FABRIC_CHAINCODE_SHIM_H
#define FABRIC_CHAINCODE_SHIM_H

#include "peer/chaincode_shim.pb-c.h"
#include "plugins/engine-fabric/engine.h"
#include "plugins/engine-fabric/ledger/history.h"
#include "plugins/engine-fabric/ledger/simulator.h"
#include "plugins/engine-fabric/lifecycle/collections.h"

/* Results of one answer, and of one query in all: Fabric's own numbers. */
#define SHIM_BATCH 100u
#define SHIM_RESULTS_MAX 100000u
/* Bytes of results after which a batch ends before it is full. */
#define SHIM_BATCH_BYTES (4u << 20)
/* Bytes of a page, which cannot be cut: what fits one message. */
#define SHIM_PAGE_BYTES (14u << 20)
/* Queries of one call that are open at the same time. */
#define SHIM_QUERIES_MAX 256u

/* By what it is judged who may do what with collections. Borrowed. */
typedef struct {
	const Channel *channel; /* its id; as they are when it is asked: its
				 * config, this node's identity, if it has one */
	CollectionSet *collections; /* of the chaincode's definition; NULL:
				     * none */
	MspIdentity *client; /* whose transaction it is; NULL: nobody's */
} ShimAccess;

typedef struct {
	const ChannelLedger *ledger; /* borrowed, as all of these */
	Simulator *simulator;
	bsn_slice namespace;
	ShimAccess access;
	GPtrArray *queries; /* ShimQuery, open ones */
	guint64 n_queries;  /* that have been; they are named by it */
	struct ShimQuery *unanswered; /* its turn was over; or NULL */
} Shim;

void shim_init(Shim *shim, const ChannelLedger *ledger, Simulator *simulator,
	       const char *namespace, const ShimAccess *access);
/* Its queries are closed. A second time does nothing. */
void shim_clear(Shim *shim);

/* Answers a question, but for INVOKE_CHAINCODE.
 *
 * Returns: BSN_OK.
 * In:      type: ChaincodeMessage.Type; payload: by type.
 * Out:     answer: appended to; the payload of a RESPONSE.
 * Errors:  BSN_FAULT: it is no question, or its payload is not what its type
 *          says; BSN_NOT_OFFERED; BSN_NOT_FOUND: no such query is open, or
 *          there is no such collection; BSN_DENIED: it is for members;
 *          BSN_UNAVAILABLE: it is not here; those of simulator.h and
 *          ledger_history; BSN_BUSY: others are to have their turn, then
 *          shim_go_on answers it. */
int32_t shim_answer(Shim *shim, guint32 type, bsn_slice payload,
		    GByteArray *answer, bsn_err *err);

/* Goes on with what had BSN_BUSY. Returns: likewise. */
int32_t shim_go_on(Shim *shim, GByteArray *answer, bsn_err *err);

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

/* ---- pack.c ---- */

/* Returns: KV; KeyModification. [any] */
GByteArray *shim_pack_item(const StateItem *item);
GByteArray *shim_pack_change(const HistoryEntry *entry);

/* ---- private_data.c ---- */

/* Whether the client may read a collection, or write it: Fabric's rule, by the
 * newest definition.
 *
 * Returns: BSN_OK. Errors: BSN_NOT_FOUND, BSN_DENIED, in Fabric's words. */
int32_t shim_may_read(Shim *shim, const char *collection, bsn_err *err);
int32_t shim_may_write(Shim *shim, const char *collection, bsn_err *err);
/* Whether the client may query a collection's values, and this node has them.
 * Errors: as above; BSN_UNAVAILABLE: it is none of a member's. */
int32_t shim_may_query(Shim *shim, const char *collection, bsn_err *err);

/* The questions of single keys that name a collection; by type, as above. */
int32_t shim_private_get(Shim *shim, const Protos__GetState *asked,
			 GByteArray *answer, bsn_err *err);
int32_t shim_private_put(Shim *shim, const Protos__PutState *asked,
			 bsn_err *err);
int32_t shim_private_del(Shim *shim, const Protos__DelState *asked,
			 bsn_err *err);
int32_t shim_private_metadata(Shim *shim, const Protos__GetStateMetadata *asked,
			      StateItem **digest, bsn_err *err);
int32_t shim_private_describe(Shim *shim,
			      const Protos__PutStateMetadata *asked,
			      const MetadataEntry *entry, bsn_err *err);
int32_t shim_private_hash(Shim *shim, const void *message, GByteArray *answer,
			  bsn_err *err);
int32_t shim_private_purge(Shim *shim, const void *message, GByteArray *answer,
			   bsn_err *err);

#endif
