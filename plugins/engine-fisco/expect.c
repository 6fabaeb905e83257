/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/expect.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/table.h"

/* ---- the chain of them -------------------------------------------------- */

/* The one of a height, or NULL. */
static Sealed *
expected_at(const Ledger *ledger, guint64 height)
{
	guint64 first = ledger->head.number + 1;

	if (height < first || height - first >= ledger->expected.length)
		return NULL;
	return g_queue_peek_nth((GQueue *)&ledger->expected,
				(guint)(height - first));
}

static Parent
parent_of(const Sealed *sealed)
{
	return (Parent){ .number = sealed->header.number,
			 .time_ms = sealed->header.time_ms,
			 .hash = sealed->hash,
			 .state_root = sealed->header.state_root,
			 .state = execution_state(sealed->execution) };
}

gboolean
expect_parent(const Ledger *ledger, guint64 height, Parent *parent)
{
	const Sealed *sealed;

	if (height == ledger->head.number + 1) {
		*parent = (Parent){ .number = ledger->head.number,
				    .time_ms = ledger->head.time_ms,
				    .hash = ledger->head.hash,
				    .state_root = ledger->head.state_root };
		return TRUE;
	}
	sealed = expected_at(ledger, height - 1);
	if (sealed != NULL)
		*parent = parent_of(sealed);
	return sealed != NULL;
}

/* Whether blocks are built upon this one. */
static gboolean
is_expected(const Ledger *ledger, const Sealed *sealed)
{
	return expected_at(ledger, sealed->header.number) == sealed;
}

const guint8 *
expect_hash(const Ledger *ledger, guint64 number)
{
	const Sealed *sealed = expected_at(ledger, number);

	return sealed != NULL ? sealed->hash : NULL;
}

/* ---- what they take from the pool --------------------------------------- */

/* By what a chain takes only one of several transactions. */
static guint
place_hash(gconstpointer data)
{
	const Tx *tx = data;

	return tx_is_ethereum(tx) ? table_hash(tx->sender, ADDRESS_LEN) ^
					    (guint)tx->account_nonce
				  : table_hash32(tx->nonce);
}

static gboolean
place_equal(gconstpointer one, gconstpointer other)
{
	const Tx *a = one;
	const Tx *b = other;

	if (tx_is_ethereum(a) != tx_is_ethereum(b))
		return FALSE;
	if (tx_is_ethereum(a))
		return a->account_nonce == b->account_nonce &&
		       memcmp(a->sender, b->sender, ADDRESS_LEN) == 0;
	return memcmp(a->nonce, b->nonce, NONCE_LEN) == 0;
}

static void
note_taken(Sealed *sealed)
{
	if (sealed->taken != NULL)
		return;
	sealed->taken = g_hash_table_new(place_hash, place_equal);
	for (guint i = 0; i < sealed->txs->len; i++)
		g_hash_table_add(sealed->taken, sealed->txs->pdata[i]);
}

gboolean
expect_takes(const Ledger *ledger, guint64 height, const Tx *tx)
{
	for (const GList *link = ledger->expected.head; link != NULL;
	     link = link->next) {
		const Sealed *sealed = link->data;

		if (sealed->header.number < height &&
		    g_hash_table_contains(sealed->taken, tx))
			return TRUE;
	}
	return FALSE;
}

/* ---- dropping ----------------------------------------------------------- */

static gboolean
is_upon(const Sealed *sealed, const guint8 *hash)
{
	return memcmp(sealed->header.parent_hash, hash, HASH_LEN) == 0;
}

/* Whether it may still be decided, when the block of this digest has been or
 * is the head. */
static gboolean
follows(const Ledger *ledger, const Sealed *sealed, const guint8 *hash)
{
	const guint8 *below = expect_hash(ledger, sealed->header.number - 1);

	return is_upon(sealed, hash) ||
	       (below != NULL && is_upon(sealed, below));
}

static void
drop_stale(Ledger *ledger, const guint8 *hash)
{
	GList *link = ledger->executed.head;

	while (link != NULL) {
		GList *next = link->next;

		if (!follows(ledger, link->data, hash)) {
			sealed_free(link->data);
			g_queue_delete_link(&ledger->executed, link);
		}
		link = next;
	}
}

/* ---- keeping, expecting and deciding ------------------------------------ */

static void
make_room(Ledger *ledger)
{
	GList *link = ledger->executed.head;

	while (is_expected(ledger, link->data))
		link = link->next;
	sealed_free(link->data);
	g_queue_delete_link(&ledger->executed, link);
}

void
expect_keep(Ledger *ledger, Sealed *sealed)
{
	if (ledger->executed.length >= KEPT_MAX)
		make_room(ledger);
	g_queue_push_tail(&ledger->executed, sealed);
}

static Sealed *
find_executed(const Ledger *ledger, const Parent *parent, bsn_slice digest)
{
	for (const GList *link = ledger->executed.head; link != NULL;
	     link = link->next) {
		Sealed *sealed = link->data;

		if (is_upon(sealed, parent->hash) &&
		    bsn_slice_equal(bsn_slice_of(sealed->hash, HASH_LEN),
				    digest))
			return sealed;
	}
	return NULL;
}

int32_t
expect_block(Ledger *ledger, guint64 height, bsn_slice digest)
{
	Sealed *sealed;
	Parent parent;

	if (height > ledger->head.number + EXPECTED_MAX ||
	    !expect_parent(ledger, height, &parent))
		return BSN_BUSY;
	sealed = find_executed(ledger, &parent, digest);
	if (sealed == NULL || membership_changed(sealed->changes).len > 0)
		return BSN_BUSY;
	if (is_expected(ledger, sealed))
		return BSN_OK;
	while (expected_at(ledger, height) != NULL)
		(void)g_queue_pop_tail(&ledger->expected);
	g_queue_push_tail(&ledger->expected, sealed);
	note_taken(sealed);
	drop_stale(ledger, ledger->head.hash);
	return BSN_OK;
}

void
expect_decided(Ledger *ledger, Sealed *sealed)
{
	if (g_queue_peek_head(&ledger->expected) != sealed)
		g_queue_clear(&ledger->expected);
	drop_stale(ledger, sealed->hash);
	(void)g_queue_pop_head(&ledger->expected);
	for (const GList *link = ledger->executed.head; link != NULL;
	     link = link->next) {
		const Sealed *next = link->data;

		if (is_upon(next, sealed->hash))
			overlay_build_on(execution_state(next->execution),
					 NULL);
	}
}

void
expect_forget(Ledger *ledger)
{
	g_queue_clear(&ledger->expected);
}
