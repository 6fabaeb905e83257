/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/rpc/feeds.h: what clients are told as it happens: by
 * subscriptions, pushed to their sessions, and by filters, which they ask.
 * Only what is durable is told. All functions: [strand].
 */
#ifndef FISCO_RPC_FEEDS_H
#define FISCO_RPC_FEEDS_H

#include <bsn/ext/session.h>

#include "plugins/engine-fisco/rpc/criteria.h"

typedef enum {
	FEED_HEADS,   /* blocks */
	FEED_LOGS,
	FEED_WAITING, /* transactions that joined the pool */
} FeedKind;

/* Subscriptions and filters of all clients together, of each at most. */
#define FEEDS_MAX 4096u
/* Subscriptions of one session. */
#define FEEDS_SESSION_MAX 64u
/* Transactions that a filter keeps until it is asked; older ones are lost. */
#define FEED_WAITING_MAX 4096u
/* A filter that nobody asks for so long is gone. */
#define FEED_IDLE_MS 300000u

#define FEED_ID_LEN 16u

/* One subscription or filter. */
typedef struct {
	char id[2 + 2 * FEED_ID_LEN + 1]; /* "0x..", random */
	FeedKind kind;
	LogCriteria criteria;
	bsn_session *session; /* NULL: a filter */
	GList link;           /* in Feeds.of_kind */

	/* Of a filter. */
	guint64 from, to;  /* of logs */
	guint64 next;      /* block to begin the next answer with */
	GArray *waiting;   /* hashes, HASH_LEN each; NULL for other kinds */
	guint64 asked_ms;  /* when it was asked last */
} Feed;

/* Makes one, taking the criteria; NULL after rpc_fail. */
Feed *feed_new(RpcCall *call, FeedKind kind, bsn_session *session,
	       LogCriteria *criteria);
/* NULL when there is none, or it is of another session (NULL: a filter). */
Feed *feed_find(Ledger *ledger, const char *id, const bsn_session *session);
void feed_free(Ledger *ledger, Feed *feed);

/* A transaction has joined the pool. */
void feeds_waiting(Ledger *ledger, const Tx *tx);
/* A block has become durable. */
void feeds_block(Ledger *ledger, guint64 number);
/* A session has ended. */
void feeds_closed(Ledger *ledger, const bsn_session *session);
/* Lets go of all. */
void feeds_forget(Ledger *ledger);

#endif
