/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/rpc/feeds.h"

#include "plugins/engine-fisco/rpc/eth-json.h"
#include "plugins/engine-fisco/rpc/logs.h"
#include "plugins/engine-fisco/rpc/value.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"

#define FEED_KINDS 3u

struct Feeds {
	GHashTable *by_id;         /* Feed */
	GQueue of_kind[FEED_KINDS]; /* Feed */
};

/* ---- in and out -------------------------------------------------------- */

static struct Feeds *
need_feeds(Ledger *ledger)
{
	if (ledger->feeds == NULL) {
		ledger->feeds = g_new0(struct Feeds, 1);
		ledger->feeds->by_id = g_hash_table_new(g_str_hash,
							g_str_equal);
	}
	return ledger->feeds;
}

void
feed_free(Ledger *ledger, Feed *feed)
{
	g_hash_table_remove(ledger->feeds->by_id, feed->id);
	g_queue_unlink(&ledger->feeds->of_kind[feed->kind], &feed->link);
	criteria_clear(&feed->criteria);
	if (feed->waiting != NULL)
		g_array_unref(feed->waiting);
	g_free(feed);
}

/* Frees those for which `is` holds. */
static void
free_those(Ledger *ledger, gboolean (*is)(const Feed *, gconstpointer),
	   gconstpointer user)
{
	for (guint kind = 0; kind < FEED_KINDS; kind++) {
		GList *link = ledger->feeds->of_kind[kind].head;

		while (link != NULL) {
			Feed *feed = link->data;

			link = link->next;
			if (is(feed, user))
				feed_free(ledger, feed);
		}
	}
}

static gboolean
is_idle(const Feed *feed, gconstpointer now)
{
	return feed->session == NULL &&
	       *(const guint64 *)now > feed->asked_ms + FEED_IDLE_MS;
}

static gboolean
is_of_session(const Feed *feed, gconstpointer session)
{
	return feed->session == session;
}

static gboolean
is_any(const Feed *feed, gconstpointer user)
{
	return TRUE;
}

void
feeds_closed(Ledger *ledger, const bsn_session *session)
{
	if (ledger->feeds != NULL)
		free_those(ledger, is_of_session, session);
}

void
feeds_forget(Ledger *ledger)
{
	if (ledger->feeds == NULL)
		return;
	free_those(ledger, is_any, NULL);
	g_hash_table_unref(ledger->feeds->by_id);
	g_clear_pointer(&ledger->feeds, g_free);
}

static guint
count_session(const struct Feeds *feeds, const bsn_session *session)
{
	guint n = 0;

	for (guint kind = 0; kind < FEED_KINDS; kind++)
		for (GList *link = feeds->of_kind[kind].head; link != NULL;
		     link = link->next)
			n += ((const Feed *)link->data)->session == session;
	return n;
}

static gboolean
has_room(RpcCall *call, const bsn_session *session)
{
	struct Feeds *feeds = need_feeds(call->ledger);
	guint64 now = services.clock->wall_ms(call->ledger->chain);

	if (g_hash_table_size(feeds->by_id) >= FEEDS_MAX)
		free_those(call->ledger, is_idle, &now);
	if (g_hash_table_size(feeds->by_id) >= FEEDS_MAX)
		rpc_fail(call, RPC_LIMIT,
			 "there are %u filters and subscriptions already; end "
			 "one",
			 FEEDS_MAX);
	else if (session != NULL &&
		 count_session(feeds, session) >= FEEDS_SESSION_MAX)
		rpc_fail(call, RPC_LIMIT,
			 "this session has %u subscriptions already; end one",
			 FEEDS_SESSION_MAX);
	return call->code == 0;
}

/* Nobody can guess another client's. */
static gboolean
draw_id(RpcCall *call, char *id, gsize size)
{
	guint8 bytes[FEED_ID_LEN];
	g_autofree char *text = NULL;

	if (services.random->fill(call->ledger->chain, bytes,
				  sizeof(bytes)) != BSN_OK) {
		rpc_fail(call, RPC_INTERNAL, "no random number was to be had");
		return FALSE;
	}
	bytes[0] |= 0x10; /* a quantity has no leading zero */
	text = hex_encode(bsn_slice_of(bytes, sizeof(bytes)));
	g_strlcpy(id, text, size);
	return TRUE;
}

Feed *
feed_new(RpcCall *call, FeedKind kind, bsn_session *session,
	 LogCriteria *criteria)
{
	struct Feeds *feeds;
	Feed *feed;

	if (!has_room(call, session))
		return NULL;
	feeds = call->ledger->feeds;
	feed = g_new0(Feed, 1);
	if (!draw_id(call, feed->id, sizeof(feed->id))) {
		g_free(feed);
		return NULL;
	}
	feed->kind = kind;
	feed->session = session;
	feed->link.data = feed;
	feed->to = G_MAXUINT64;
	feed->next = call->ledger->durable.number + 1;
	feed->asked_ms = services.clock->wall_ms(call->ledger->chain);
	if (criteria != NULL)
		feed->criteria = *criteria;
	if (criteria != NULL)
		*criteria = (LogCriteria){ .n_topics = 0 };
	if (kind == FEED_WAITING && session == NULL)
		feed->waiting = g_array_new(FALSE, FALSE, HASH_LEN);
	g_hash_table_insert(feeds->by_id, feed->id, feed);
	g_queue_push_tail_link(&feeds->of_kind[kind], &feed->link);
	return feed;
}

Feed *
feed_find(Ledger *ledger, const char *id, const bsn_session *session)
{
	guint64 now = services.clock->wall_ms(ledger->chain);
	Feed *feed = ledger->feeds != NULL && id != NULL
			     ? g_hash_table_lookup(ledger->feeds->by_id, id)
			     : NULL;

	if (feed == NULL || feed->session != session)
		return NULL;
	if (!is_idle(feed, &now))
		return feed;
	feed_free(ledger, feed);
	return NULL;
}

/* ---- telling ----------------------------------------------------------- */

/* A client that takes nothing more is let go: what it missed it could not
 * know. */
static void
push(const Feed *feed, const char *result)
{
	g_autofree char *text = g_strdup_printf(
		"{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\","
		"\"params\":{\"subscription\":\"%s\",\"result\":%s}}",
		feed->id, result);

	if (services.session->push(feed->session, bsn_slice_str(text)) ==
	    BSN_BUSY)
		services.session->close(feed->session);
}

static const GQueue *
feeds_of(const Ledger *ledger, FeedKind kind)
{
	static const GQueue none = G_QUEUE_INIT;

	return ledger->feeds != NULL ? &ledger->feeds->of_kind[kind] : &none;
}

void
feeds_waiting(Ledger *ledger, const Tx *tx)
{
	const GQueue *queue = feeds_of(ledger, FEED_WAITING);
	g_autofree char *hash = NULL;
	g_autofree char *text = NULL;

	if (queue->length == 0)
		return;
	hash = hex_encode(bsn_slice_of(tx->hash, HASH_LEN));
	text = g_strdup_printf("\"%s\"", hash);
	for (GList *link = queue->head; link != NULL; link = link->next) {
		Feed *feed = link->data;

		if (feed->session != NULL) {
			push(feed, text);
			continue;
		}
		if (feed->waiting->len >= FEED_WAITING_MAX)
			g_array_remove_range(feed->waiting, 0,
					     FEED_WAITING_MAX / 2);
		g_array_append_vals(feed->waiting, tx->hash, 1);
	}
}

static void
tell_head(Ledger *ledger, guint64 number)
{
	g_autoptr(GByteArray) memory = g_byte_array_new();
	g_autoptr(json_t) json = NULL;
	g_autofree char *text = NULL;
	BlockInfo info;
	RlpReader reader;
	Header header;

	if (info_load(ledger->chain, number, memory, &info) != BSN_OK)
		return;
	reader = rlp_reader(info.header);
	header_read(&reader, &header);
	json = eth_header(ledger, &info, &header);
	text = json_text(json);
	for (GList *link = feeds_of(ledger, FEED_HEADS)->head; link != NULL;
	     link = link->next) {
		const Feed *feed = link->data;

		if (feed->session != NULL)
			push(feed, text);
	}
}

static void
tell_logs(Ledger *ledger, const Feed *feed, guint64 number)
{
	g_autoptr(json_t) logs = json_array();
	json_t *log;
	gsize i;

	if (logs_of_block(ledger, &feed->criteria, number, logs, NULL) !=
	    BSN_OK)
		return;
	json_array_foreach(logs, i, log)
	{
		g_autofree char *text = json_text(log);

		push(feed, text);
	}
}

void
feeds_block(Ledger *ledger, guint64 number)
{
	if (feeds_of(ledger, FEED_HEADS)->length > 0)
		tell_head(ledger, number);
	for (GList *link = feeds_of(ledger, FEED_LOGS)->head; link != NULL;
	     link = link->next) {
		const Feed *feed = link->data;

		if (feed->session != NULL)
			tell_logs(ledger, feed, number);
	}
}
