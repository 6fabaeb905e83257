/* SPDX-License-Identifier: Apache-2.0
 *
 * A package that this node's organisation has approved and that is not here comes
 * from a peer that has it, piece by piece, one package at a time. Its id has its
 * digest, so whoever gives something else is found out at the end, and another
 * one is asked. While one is missing a timer looks again, ever less often.
 *
 * A question: offset, 8 bytes big-endian, and the id. An answer: length of the
 * package, 8 bytes, and the piece that begins there.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/lifecycle/private.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

#define ASK_MS 10000u
#define RETRY_FIRST_MS 2000u
#define RETRY_MAX_MS 30000u
#define QUESTION_MAX (8u + PACKAGE_ID_MAX)

struct Fetch {
	Lifecycle *lifecycle;
	char *id;
	GBytes *peer; /* its key */
	GByteArray *bytes;
	guint64 len; /* of all; 0: not known */
	guint64 question;
};

/* ---- questions ---- */

void
fetch_put_question(GByteArray *out, const char *id, guint64 offset)
{
	wire_put(out, offset, 8);
	wire_put_bytes(out, bsn_slice_str(id));
}

gboolean
fetch_read_question(bsn_slice bytes, char **id, guint64 *offset)
{
	Wire wire = wire_of(bytes);
	g_autofree char *text = NULL;

	*offset = wire_u64(&wire);
	if (wire.bad || bytes.len > QUESTION_MAX)
		return FALSE;
	text = g_strndup((const char *)wire.rest.data, (gsize)wire.rest.len);
	if (strlen(text) != wire.rest.len || !package_id_is_valid(text))
		return FALSE;
	*id = g_steal_pointer(&text);
	return TRUE;
}

void
package_asked(Channel *channel, NetQuestion *question, bsn_slice bytes)
{
	g_autoptr(GByteArray) answer = g_byte_array_new();
	g_autofree char *id = NULL;
	bsn_err err = BSN_ERR_INIT;
	guint64 offset;
	int32_t status = BSN_OK;

	if (!fetch_read_question(bytes, &id, &offset))
		status = bsn_fail(&err, BSN_BAD_REQUEST,
				  "this is no question for a package");
	if (status == BSN_OK) {
		wire_put(answer, package_len(channel, id), 8);
		status = package_piece(channel, id, offset, answer, &err);
	}
	net_answer(channel, question, status, buffer_slice(answer),
		   status == BSN_OK ? NULL : &err);
}

/* ---- fetching ---- */

static void
fetch_drop(Lifecycle *lifecycle)
{
	Fetch *fetch = lifecycle->fetch;

	if (fetch == NULL)
		return;
	lifecycle->fetch = NULL;
	net_ask_cancel(lifecycle->channel, fetch->question);
	g_byte_array_unref(fetch->bytes);
	g_bytes_unref(fetch->peer);
	g_free(fetch->id);
	g_free(fetch);
}

static void
retry_later(Lifecycle *lifecycle)
{
	lifecycle->retry_ms = lifecycle->retry_ms == 0
				      ? RETRY_FIRST_MS
				      : MIN(2 * lifecycle->retry_ms,
					    RETRY_MAX_MS);
	if (!lifecycle->channel->closing)
		(void)services.timer->set(lifecycle->channel->chain,
					  TIMER_PACKAGES, lifecycle->retry_ms);
}

static void
rest(Lifecycle *lifecycle)
{
	if (lifecycle->retry_ms > 0)
		services.timer->cancel(lifecycle->channel->chain,
				       TIMER_PACKAGES);
	lifecycle->retry_ms = 0;
}

/* What was asked of this peer was not right or did not come. */
static void
fail(Fetch *fetch, const char *reason)
{
	Lifecycle *lifecycle = fetch->lifecycle;
	g_autofree char *id = g_strdup(fetch->id);

	services_log(lifecycle->channel->chain, BSN_LOG_WARNING,
		     "the package %s was not fetched: %s", id, reason);
	lifecycle->turn++;
	fetch_drop(lifecycle);
	retry_later(lifecycle);
}

/* All is here: is it what it should be? */
static void
finish(Fetch *fetch)
{
	Lifecycle *lifecycle = fetch->lifecycle;
	g_autofree char *id = NULL;
	bsn_err err = BSN_ERR_INIT;
	const int32_t status =
		package_put(lifecycle->channel, buffer_slice(fetch->bytes),
			    &id, &err);

	if (status != BSN_OK) {
		fail(fetch, err.reason);
		return;
	}
	if (strcmp(id, fetch->id) != 0) {
		fail(fetch, "the peer gave another one");
		return;
	}
	fetch_drop(lifecycle);
	rest(lifecycle);
	fetch_next(lifecycle);
}

static void ask(Fetch *fetch);

/* Whether a piece is what must come next; it is taken. */
static gboolean
take(Fetch *fetch, bsn_slice answer)
{
	Wire wire = wire_of(answer);
	const guint64 len = wire_u64(&wire);
	guint64 left;

	if (wire.bad || len == 0 || len > PACKAGE_MAX ||
	    (fetch->len != 0 && len != fetch->len))
		return FALSE;
	fetch->len = len;
	left = len - fetch->bytes->len;
	if (wire.rest.len != MIN(left, PACKAGE_PIECE))
		return FALSE;
	wire_put_bytes(fetch->bytes, wire.rest);
	return TRUE;
}

static void
answered(gpointer owner, int32_t status, bsn_slice answer, const bsn_err *err)
{
	Fetch *fetch = owner;

	fetch->question = 0;
	if (status != BSN_OK)
		fail(fetch, err != NULL ? err->reason : "no answer");
	else if (!take(fetch, answer))
		fail(fetch, "the peer's answer is malformed");
	else if (fetch->bytes->len == fetch->len)
		finish(fetch);
	else
		ask(fetch);
}

static void
ask(Fetch *fetch)
{
	Channel *channel = fetch->lifecycle->channel;
	NetPeer *peer = net_peer_find(channel, bytes_slice(fetch->peer));
	g_autoptr(GByteArray) question = g_byte_array_new();

	fetch_put_question(question, fetch->id, fetch->bytes->len);
	if (peer != NULL)
		fetch->question = net_ask(channel, peer, NET_ASK_PACKAGE,
					  buffer_slice(question), ASK_MS,
					  answered, fetch);
	if (fetch->question == 0)
		fail(fetch, "the peer is not reachable");
}

/* ---- what, and from whom ---- */

/* Packages take turns, and the peers that have one, so that neither is in
 * others' way when it cannot be had. */
static NetPeer *
find_peer(const Lifecycle *lifecycle, const char *id)
{
	g_autoptr(GPtrArray) have = g_ptr_array_new();
	NetPeer *peer;

	for (guint i = 0;
	     (peer = net_peer_at(lifecycle->channel, i)) != NULL; i++)
		if (peer->reachable &&
		    g_hash_table_contains(peer->packages, id))
			g_ptr_array_add(have, peer);
	return have->len > 0
		       ? have->pdata[lifecycle->turn / lifecycle->wanted->len %
				     have->len]
		       : NULL;
}

static void
begin(Lifecycle *lifecycle, const char *id, const NetPeer *peer)
{
	Fetch *fetch = g_new0(Fetch, 1);

	fetch->lifecycle = lifecycle;
	fetch->id = g_strdup(id);
	fetch->peer = g_bytes_ref(peer->key);
	fetch->bytes = g_byte_array_new();
	lifecycle->fetch = fetch;
	ask(fetch);
}

void
fetch_next(Lifecycle *lifecycle)
{
	const Channel *channel = lifecycle->channel;
	const guint n = lifecycle->wanted->len;
	gboolean missing = FALSE;

	if (channel->net == NULL || lifecycle->fetch != NULL)
		return;
	for (guint i = 0; i < n; i++) {
		const char *id = lifecycle->wanted->pdata[(lifecycle->turn + i) %
							  n];
		const NetPeer *peer;

		if (package_exists(channel, id))
			continue;
		missing = TRUE;
		peer = find_peer(lifecycle, id);
		if (peer != NULL) {
			begin(lifecycle, id, peer);
			return;
		}
	}
	if (missing)
		retry_later(lifecycle);
	else
		rest(lifecycle);
}

void
package_timer(Channel *channel)
{
	if (channel->lifecycle != NULL)
		fetch_next(channel->lifecycle);
}

void
packages_offered(Channel *channel)
{
	if (channel->lifecycle != NULL)
		fetch_next(channel->lifecycle);
}

void
fetch_close(Lifecycle *lifecycle)
{
	fetch_drop(lifecycle);
	if (lifecycle->retry_ms > 0)
		services.timer->cancel(lifecycle->channel->chain,
				       TIMER_PACKAGES);
}
