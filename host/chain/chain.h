/* SPDX-License-Identifier: Apache-2.0
 *
 * host/chain/chain.h: the table of app chains, and one chain in it: which
 * engine runs it, its strand, its part of the store.
 */
#ifndef HOST_CHAIN_CHAIN_H
#define HOST_CHAIN_CHAIN_H

#include <bsn/bsn.h>
#include <glib.h>

#include "host/chain/founding.h"
#include "host/chain/reply.h"

typedef struct bsn_chain Chain; /* the ABI's handle, completed in chain.c */
typedef struct ChainTable ChainTable;

typedef enum {
	CHAIN_OPENING,
	CHAIN_OPEN,
	CHAIN_CLOSING,
	CHAIN_CLOSED, /* on purpose: stays closed across restarts */
	CHAIN_FAILED, /* could not be opened, or was given up by its engine:
		       * chain_reason says why */
} ChainState;

/* ---- the table: main loop only ---- */

/* NULL when there is none of that name. Borrowed until the next return to the
 * main loop; chain_ref to keep it. */
Chain *chain_table_find(ChainTable *table, const char *name);
/* All chains by name, borrowed; free the array with g_ptr_array_unref. */
GPtrArray *chain_table_list(ChainTable *table);

/* The outcome of a lifecycle operation; `chain` is NULL when it failed or was
 * deleted. On the main loop. */
typedef void (*ChainDone)(void *owner, Chain *chain, int32_t status,
			  const bsn_err *err);

/* What a chain is made from. */
typedef struct {
	const char *name, *framework;
	const char *config; /* JSON object text */
	/* FoundingMember; NULL: this node is the only one. */
	GPtrArray *members;
	/* As another host's engine made it of config and members, which then are
	 * for people only. NULL: made here. */
	GBytes *genesis;
	const char *parent; /* chain that begins it; NULL: an administrator */
} ChainPlan;

/* Makes a chain and opens it. Durable before `done` says BSN_OK. One that was
 * made on another host and cannot be opened here leaves nothing behind. */
void chain_table_create(ChainTable *table, const ChainPlan *plan,
			ChainDone done, void *owner);
void chain_table_open(ChainTable *table, Chain *chain, ChainDone done,
		      void *owner);
void chain_table_close(ChainTable *table, Chain *chain, ChainDone done,
		       void *owner);
/* Closes it and deletes all its data. */
void chain_table_delete(ChainTable *table, Chain *chain, ChainDone done,
			void *owner);

/* ---- one chain ---- */

Chain *chain_ref(Chain *chain);
void chain_unref(Chain *chain);
const char *chain_name(const Chain *chain);
const char *chain_framework(const Chain *chain);
const char *chain_config(const Chain *chain); /* JSON object text */
guint64 chain_created_ms(const Chain *chain);
/* The chain that has begun it; NULL: an administrator did. */
const char *chain_parent(const Chain *chain);
/* The engine's bytes, borrowed; NULL while the chain is being opened. Main
 * loop. */
GBytes *chain_genesis(const Chain *chain);
ChainState chain_state(const Chain *chain);
/* Why it failed, or that its parent has ended it; empty otherwise. */
const char *chain_reason(const Chain *chain);
/* NULL when its plugin is not loaded. */
const bsn_engine *chain_engine(const Chain *chain);

/* Sends a request to the chain's engine; takes the reply. A chain that is not
 * open answers BSN_UNAVAILABLE. A member
 * that the engine does not have answers BSN_NOT_OFFERED: `ask` returns it. */
void chain_request(Chain *chain, bsn_reply *reply);
/* Submits transactions: reply->input each; takes the replies. Submissions that
 * meet on the way are given to the engine as one batch. */
void chain_submit(Chain *chain, bsn_reply **replies, guint n);

/* JSON-RPC requests: reply->input each, one JSON object; reply->session when
 * they came over one. Takes the replies, of ANSWER_VALUE. Requests that meet on
 * the way are given to the engine as one batch. */
void chain_rpc(Chain *chain, bsn_reply **replies, guint n);

/* Called on the main loop when a block became durable (number rises by calls,
 * and may skip numbers when many became durable at once). One listener. */
void chain_table_set_block_listener(ChainTable *table,
				    void (*listener)(void *owner,
						     Chain *chain,
						     guint64 number),
				    void *owner);

/* Called on the main loop before a chain is closed because its parent wants it
 * so. One listener. */
void chain_table_set_end_listener(ChainTable *table,
				  void (*listener)(void *owner, Chain *chain,
						   const char *reason),
				  void *owner);

/* Counters since the process began, for metrics; any thread. */
typedef struct {
	guint64 requests, submitted, accepted, committed, invalid, refused;
	guint64 engine_faults; /* answers and statuses that broke the rules */
	guint64 blocks;
} ChainCounters;
void chain_counters(const Chain *chain, ChainCounters *out);

#endif
