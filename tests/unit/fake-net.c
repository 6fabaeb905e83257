/* SPDX-License-Identifier: Apache-2.0
 *
 * The fake host's bsn.net/1: what chains send waits until the test takes it.
 */
#include "tests/unit/fake-net.h"

#include <bsn/helpers/bytes.h>

#include "tests/unit/fake-private.h"

static gboolean offered;
static GQueue messages = G_QUEUE_INIT; /* FakeMessage */

void
fake_net_offer(void)
{
	offered = TRUE;
}

const void *
fake_net_service(void)
{
	return offered ? &fake_net : NULL;
}

void
fake_message_free(FakeMessage *message)
{
	if (message == NULL)
		return;
	g_bytes_unref(message->bytes);
	g_free(message);
}

FakeMessage *
fake_net_take(void)
{
	return g_queue_pop_head(&messages);
}

void
fake_net_forget(const bsn_chain *chain)
{
	GList *link = messages.head;

	while (link != NULL) {
		GList *next = link->next;
		FakeMessage *message = link->data;

		if (message->from == chain || message->to == chain) {
			fake_message_free(message);
			g_queue_delete_link(&messages, link);
		}
		link = next;
	}
	for (guint i = 0; i < fake_chains()->len; i++) {
		bsn_chain *other = fake_chains()->pdata[i];

		(void)g_ptr_array_remove_fast(other->joined, (gpointer)chain);
	}
}

/* ---- the service --------------------------------------------------------- */

static void
queue_message(bsn_chain *from, bsn_chain *to, bsn_slice bytes)
{
	FakeMessage *message = g_new0(FakeMessage, 1);

	message->from = from;
	message->to = to;
	message->bytes = g_bytes_new(bytes.data, bytes.len);
	g_queue_push_tail(&messages, message);
}

static int32_t
send_one(bsn_chain *chain, bsn_slice public_key, bsn_slice bytes)
{
	if (!fake_allowed(chain, "bsn_net.send", TRUE))
		return BSN_E_INVALID;
	if (bytes.len > BSN_NET_MESSAGE_MAX)
		return BSN_TOO_LARGE;
	for (guint i = 0; i < chain->joined->len; i++) {
		bsn_chain *to = chain->joined->pdata[i];

		if (!fake_node_has_key(to->node, public_key))
			continue;
		queue_message(chain, to, bytes);
		return BSN_OK;
	}
	return BSN_UNAVAILABLE;
}

static int32_t
broadcast(bsn_chain *chain, bsn_slice bytes)
{
	if (!fake_allowed(chain, "bsn_net.broadcast", FALSE))
		return BSN_E_INVALID;
	if (bytes.len > BSN_NET_MESSAGE_MAX)
		return BSN_TOO_LARGE;
	for (guint i = 0; i < chain->joined->len; i++)
		queue_message(chain, chain->joined->pdata[i], bytes);
	return BSN_OK;
}

static int32_t
set_members(bsn_chain *chain, const bsn_member *members, uint64_t n)
{
	return fake_allowed(chain, "bsn_net.set_members", FALSE)
		       ? BSN_OK
		       : BSN_E_INVALID;
}

const bsn_net fake_net = { .size = sizeof(bsn_net),
			   .send = send_one,
			   .broadcast = broadcast,
			   .set_members = set_members };

/* ---- for tests ----------------------------------------------------------- */

static bsn_slice
key_of(bsn_chain *chain, const char *algorithm)
{
	return fake_node_key(chain->node, algorithm);
}

static gboolean
listens(const bsn_chain *chain)
{
	return chain->state == FAKE_OPEN && chain->engine != NULL;
}

void
fake_net_deliver(bsn_chain *from, bsn_chain *to, const char *algorithm,
		 bsn_slice bytes)
{
	if (listens(to))
		to->engine->chain->message(to->ledger, key_of(from, algorithm),
					   bytes);
}

static void
tell(bsn_chain *chain, bsn_chain *about, const char *algorithm, gboolean joined)
{
	if (joined)
		g_ptr_array_add(chain->joined, about);
	else if (!g_ptr_array_remove(chain->joined, about))
		return;
	if (listens(chain))
		chain->engine->chain->peer(chain->ledger,
					   key_of(about, algorithm),
					   joined ? 1 : 0);
}

void
fake_net_join(bsn_chain *a, bsn_chain *b, const char *algorithm,
	      gboolean joined)
{
	if (joined && g_ptr_array_find(a->joined, b, NULL))
		return;
	tell(a, b, algorithm, joined);
	tell(b, a, algorithm, joined);
}
