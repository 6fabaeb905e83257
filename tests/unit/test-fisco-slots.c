/* SPDX-License-Identifier: Apache-2.0
 *
 * Slots of contracts as the store has them, sixteen to a row: the world state
 * is the same with and without.
 */
#include <string.h>

#include "plugins/engine-fisco/batch.h"
#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/rows.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/table.h"
#include "tests/unit/fisco-chain.h"

#define KEY_LEN 55u
#define LONGER_KEY_LEN 63u
#define ROUNDS 300
#define CHANGES 40

/* Two chains with the same state: one has rows in its store. */
typedef struct {
	bsn_chain *plain, *rows;
} Both;

static bsn_chain *
open_chain(const char *name)
{
	bsn_chain *chain = fake_chain_new(name);

	fake_chain_open(chain, NULL, bsn_slice_of(NULL, 0), NULL);
	return chain;
}

static Both
open_both(guint64 seed)
{
	bsn_err err = BSN_ERR_INIT;

	fake_host_reset(seed);
	g_assert_cmpint(services_find(fake_host(), &err), ==, BSN_OK);
	g_assert_cmpint(table_seed(), ==, BSN_OK);
	return (Both){ open_chain("plain"), open_chain("rows") };
}

static void
close_both(Both *both)
{
	fake_chain_close(both->plain);
	fake_chain_close(both->rows);
	fake_chain_free(both->plain);
	fake_chain_free(both->rows);
}

static Overlay *
with_rows(bsn_chain *chain)
{
	Overlay *overlay = overlay_new(chain);

	overlay_set_rows(overlay);
	return overlay;
}

/* ---- by chance ---------------------------------------------------------- */

typedef struct {
	guint8 bytes[LONGER_KEY_LEN + 1];
	guint64 len;
} Key;

static bsn_slice
key_slice(const Key *key)
{
	return bsn_slice_of(key->bytes, key->len);
}

/* A slot's key of one of few rows, or, less often, one that is none's. */
static Key
key_by_chance(GRand *rand)
{
	Key key = { { STATE_BYTE, STATE_RUNTIME_BYTE }, KEY_LEN };
	const gint32 kind = g_rand_int_range(rand, 0, 8);

	key.bytes[2] = kind == 0 ? 'a' : kind < 3 ? 'S' : 's';
	if (kind == 0)
		key.len = 30;
	if (key.bytes[2] == 'S')
		key.len = LONGER_KEY_LEN;
	key.bytes[5] = (guint8)g_rand_int_range(rand, 0, 2);
	key.bytes[key.len - 1] = (guint8)g_rand_int_range(rand, 0, 64);
	return key;
}

static guint64
value_by_chance(GRand *rand, guint8 *value)
{
	const guint64 len =
		(guint64)g_rand_int_range(rand, 0, BSN_STATE_SLOT_MAX + 1);

	for (guint i = 0; i < BSN_STATE_SLOT_MAX; i++)
		value[i] = (guint8)g_rand_int(rand);
	return len;
}

static void
assert_same(Overlay *plain, Overlay *rows, bsn_slice key)
{
	bsn_slice a, b;
	const int32_t status = overlay_get(plain, key, &a);

	g_assert_cmpint(overlay_get(rows, key, &b), ==, status);
	if (status == BSN_OK)
		g_assert_true(bsn_slice_equal(a, b));
}

static void
change_both(GRand *rand, Overlay *plain, Overlay *rows)
{
	const Key key = key_by_chance(rand);
	guint8 value[BSN_STATE_SLOT_MAX];
	guint64 len;

	if (g_rand_boolean(rand))
		assert_same(plain, rows, key_slice(&key));
	if (g_rand_int_range(rand, 0, 3) == 0) {
		overlay_delete(plain, key_slice(&key));
		overlay_delete(rows, key_slice(&key));
		return;
	}
	len = value_by_chance(rand, value);
	overlay_put(plain, key_slice(&key), bsn_slice_of(value, len));
	overlay_put(rows, key_slice(&key), bsn_slice_of(value, len));
}

typedef struct {
	bsn_scan_sink sink;
	GByteArray *seen;
	guint left; /* entries until it has seen enough */
} Seen;

static int32_t
see(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Seen *seen = (Seen *)sink;

	g_byte_array_append(seen->seen, key.data, (guint)key.len);
	g_byte_array_append(seen->seen, (const guint8 *)"=", 1);
	if (value.len > 0)
		g_byte_array_append(seen->seen, value.data, (guint)value.len);
	return --seen->left == 0 ? BSN_NOT_FOUND : BSN_OK;
}

static GByteArray *
walk(Overlay *overlay, bsn_slice from, bsn_slice to, guint enough)
{
	Seen seen = { { see }, g_byte_array_new(), enough };

	overlay_scan(overlay, from, to, &seen.sink);
	return seen.seen;
}

static void
assert_same_walk(GRand *rand, Overlay *plain, Overlay *rows)
{
	Key from = key_by_chance(rand);
	Key to = key_by_chance(rand);
	const guint enough = (guint)g_rand_int_range(rand, 1, 100);
	g_autoptr(GByteArray) a = NULL;
	g_autoptr(GByteArray) b = NULL;

	/* What begins with a key, or is after all that do. */
	if (g_rand_boolean(rand))
		from.len = (guint64)g_rand_int_range(rand, 0, (gint32)from.len);
	if (g_rand_boolean(rand))
		to.bytes[to.len++] = 0;
	a = walk(plain, key_slice(&from), key_slice(&to), enough);
	b = walk(rows, key_slice(&from), key_slice(&to), enough);
	g_assert_cmpuint(a->len, ==, b->len);
	if (a->len > 0)
		g_assert_true(memcmp(a->data, b->data, a->len) == 0);
}

static void
commit(bsn_chain *chain, const Overlay *overlay, gboolean rows)
{
	g_autoptr(GArray) changes = overlay_changes(overlay);
	g_auto(Batch) batch = { NULL, NULL };

	batch_init(&batch, changes->len);
	if (rows)
		g_assert_cmpint(rows_put(chain, changes, &batch), ==, BSN_OK);
	for (guint i = 0; !rows && i < changes->len; i++) {
		const OverlayChange *change =
			&g_array_index(changes, OverlayChange, i);

		if (change->deleted)
			batch_delete_borrowed(&batch, change->key);
		else
			batch_put_borrowed(&batch, change->key, change->value);
	}
	g_assert_cmpint(batch_commit(&batch, chain, 0, NULL), ==, BSN_OK);
}

static void
use_both(GRand *rand, Overlay *plain, Overlay *rows)
{
	for (guint i = 0; i < CHANGES; i++) {
		const Key key = key_by_chance(rand);

		change_both(rand, plain, rows);
		assert_same(plain, rows, key_slice(&key));
	}
	assert_same_walk(rand, plain, rows);
}

/* One block after the other, and one upon a block that is not in the store yet,
 * which gets there while it is used. */
static void
test_by_chance(void)
{
	Both both = open_both(7);
	GRand *rand = g_rand_new_with_seed(7);

	for (guint i = 0; i < ROUNDS; i++) {
		g_autoptr(Overlay) plain = overlay_new(both.plain);
		g_autoptr(Overlay) rows = with_rows(both.rows);
		g_autoptr(Overlay) plain_next = overlay_new(both.plain);
		g_autoptr(Overlay) rows_next = with_rows(both.rows);

		overlay_build_on(plain_next, plain);
		overlay_build_on(rows_next, rows);
		use_both(rand, plain, rows);
		use_both(rand, plain_next, rows_next);
		commit(both.plain, plain, FALSE);
		commit(both.rows, rows, TRUE);
		overlay_build_on(plain_next, NULL);
		overlay_build_on(rows_next, NULL);
		use_both(rand, plain_next, rows_next);
		commit(both.plain, plain_next, FALSE);
		commit(both.rows, rows_next, TRUE);
	}
	g_rand_free(rand);
	g_assert_cmpuint(fake_chain_keys(both.rows), <,
			 fake_chain_keys(both.plain));
	close_both(&both);
}

/* Transactions that are run ahead see the same, and what they change counts. */
static void
test_trials(void)
{
	Both both = open_both(8);
	GRand *rand = g_rand_new_with_seed(8);

	for (guint i = 0; i < ROUNDS; i++) {
		g_autoptr(Overlay) plain = overlay_new(both.plain);
		g_autoptr(Overlay) rows = with_rows(both.rows);
		g_autoptr(Overlay) plain_trial = overlay_trial(plain);
		g_autoptr(Overlay) rows_trial = overlay_trial(rows);

		trial_begin_turn(plain_trial, 0);
		trial_begin_turn(rows_trial, 0);
		for (guint j = 0; j < CHANGES; j++)
			change_both(rand, plain_trial, rows_trial);
		trial_take(plain, plain_trial);
		trial_take(rows, rows_trial);
		use_both(rand, plain, rows);
		commit(both.plain, plain, FALSE);
		commit(both.rows, rows, TRUE);
	}
	g_rand_free(rand);
	close_both(&both);
}

/* ---- what a row is ------------------------------------------------------- */

static Key
slot_key(guint8 last)
{
	Key key = { { STATE_BYTE, STATE_RUNTIME_BYTE, 's' }, KEY_LEN };

	key.bytes[KEY_LEN - 1] = last;
	return key;
}

static void
test_one_entry(void)
{
	static const guint8 want[] = { 0x80, 0x02, 1, 'b', 2, 'p', 'p' };
	Both both = open_both(1);
	g_autoptr(Overlay) overlay = with_rows(both.rows);
	g_autoptr(GBytes) row = NULL;
	const Key first = slot_key(0x40);
	Key key = slot_key(0x4f);

	overlay_put(overlay, key_slice(&key), bsn_slice_str("pp"));
	key = slot_key(0x41);
	overlay_put(overlay, key_slice(&key), bsn_slice_str("b"));
	commit(both.rows, overlay, TRUE);
	g_assert_cmpuint(fake_chain_keys(both.rows), ==, 1);
	row = fake_chain_get(both.rows, key_slice(&first));
	g_assert_nonnull(row);
	g_assert_cmpuint(g_bytes_get_size(row), ==, sizeof(want));
	g_assert_true(memcmp(g_bytes_get_data(row, NULL), want, sizeof(want)) ==
		      0);
	overlay_delete(overlay, key_slice(&key));
	key = slot_key(0x4f);
	overlay_delete(overlay, key_slice(&key));
	commit(both.rows, overlay, TRUE);
	g_assert_cmpuint(fake_chain_keys(both.rows), ==, 0);
	close_both(&both);
}

static void
test_damaged(void)
{
	static const struct {
		guint8 bytes[40];
		guint64 len;
	} rows[] = {
		{ { 0 }, 1 },
		{ { 0, 0 }, 2 },
		{ { 0, 1 }, 2 },
		{ { 0, 1, 2, 'a' }, 4 },
		{ { 0, 1, 1, 'a', 0 }, 5 },
		{ { 0, 3, 1, 'a' }, 4 },
		{ { 0, 1, 33 }, 36 },
	};
	Both both = open_both(1);
	const Key key = slot_key(0);

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Overlay) overlay = with_rows(both.rows);
		g_autoptr(Overlay) writing = with_rows(both.rows);
		g_autoptr(GByteArray) seen = g_byte_array_new();
		g_autoptr(GArray) changes = NULL;
		g_auto(Batch) batch = { NULL, NULL };
		Seen all = { { see }, seen, 100 };
		bsn_slice value;

		fake_chain_put(both.rows, key_slice(&key),
			       bsn_slice_of(rows[i].bytes, rows[i].len));
		g_assert_cmpint(overlay_get(overlay, key_slice(&key), &value),
				==, BSN_E_CORRUPT);
		g_assert_cmpint(overlay_scan(overlay, bsn_slice_of(NULL, 0),
					     bsn_slice_of(NULL, 0), &all.sink),
				==, BSN_E_CORRUPT);
		overlay_put(writing, key_slice(&key), bsn_slice_str("x"));
		changes = overlay_changes(writing);
		batch_init(&batch, 1);
		g_assert_cmpint(rows_put(both.rows, changes, &batch), ==,
				BSN_E_CORRUPT);
	}
	close_both(&both);
}

/* ---- chains ------------------------------------------------------------- */

static const guint8 head_key[] = { 'm' };
/* The format's place in the head's record: behind a prefix of three bytes at
 * most, the first of a list. */
static guint
format_at(const guint8 *record)
{
	return record[0] <= 0xf7 ? 1 : 1 + (record[0] - 0xf7u);
}

static void
set_format(FiscoChain *chain, guint8 format)
{
	const bsn_slice key = bsn_slice_of(head_key, sizeof(head_key));
	g_autoptr(GBytes) record = fake_chain_get(chain->chain, key);
	gsize len;
	const guint8 *bytes = g_bytes_get_data(record, &len);
	g_autofree guint8 *changed = g_memdup2(bytes, len);

	changed[format_at(changed)] = format;
	fake_chain_put(chain->chain, key, bsn_slice_of(changed, len));
}

static guint8
format_of(const FiscoChain *chain)
{
	g_autoptr(GBytes) record = fake_chain_get(
		chain->chain, bsn_slice_of(head_key, sizeof(head_key)));
	const guint8 *bytes = g_bytes_get_data(record, NULL);

	return bytes[format_at(bytes)];
}

/* The same transaction on two nodes of a chain. */
static void
do_on_both(FiscoChain *const *nodes, const Account *alice,
	   const bsn_tx_request *request)
{
	bsn_reply *replies[2];
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	g_autoptr(GByteArray) tx =
		fisco_build(nodes[0], alice, request, &status, &err);

	g_assert_nonnull(tx);
	for (guint i = 0; i < 2; i++)
		replies[i] = fisco_submit(nodes[i], tx);
	fake_host_settle();
	for (guint i = 0; i < 2; i++) {
		g_assert_cmpint(replies[i]->status, ==, BSN_OK);
		g_assert_cmpuint(replies[i]->tx.stage, ==, BSN_TX_COMMITTED);
		fake_reply_free(replies[i]);
	}
}

static void
deposit_some(FiscoChain *const *nodes, const Account *alice, guint from)
{
	for (guint i = from; i < from + 4; i++) {
		g_autofree char *args = g_strdup_printf(
			"[\"0x%064x\",\"a note that is longer than a word of "
			"thirty-two bytes, and longer than two of those\"]",
			i);
		const bsn_tx_request request =
			fisco_invoke(alice, "evidence", "deposit", args, NULL);

		do_on_both(nodes, alice, &request);
	}
}

static void
reopen(FiscoChain *chain, guint8 format)
{
	fake_chain_close(chain->chain);
	set_format(chain, format);
	fisco_reopen(chain);
}

static void
assert_same_state(FiscoChain *const *nodes)
{
	bsn_reply *info[2];

	for (guint i = 0; i < 2; i++)
		info[i] = fisco_ledger_info(nodes[i]);
	g_assert_cmpuint(info[0]->ledger.height, ==, info[1]->ledger.height);
	g_assert_true(
		bsn_slice_equal(bsn_id_slice(&info[0]->ledger.state_hash),
				bsn_id_slice(&info[1]->ledger.state_hash)));
	for (guint i = 0; i < 2; i++)
		fake_reply_free(info[i]);
}

/* Of two nodes of a chain one began with an engine that knew no rows. */
static void
test_older_store(void)
{
	FiscoChain *nodes[2];
	g_autofree char *options = NULL;
	bsn_tx_request deploy;
	Account alice;

	fisco_reset(3);
	nodes[0] = fisco_new("rows", "{\"crypto\":\"sm\"}");
	nodes[1] = fisco_copy(nodes[0], "plain");
	alice = fisco_account(nodes[0], 1);
	g_assert_cmpuint(format_of(nodes[0]), ==, 2);
	reopen(nodes[1], 1);
	deploy = fisco_deploy(&alice, "evidence", NULL, &options);
	do_on_both(nodes, &alice, &deploy);
	deposit_some(nodes, &alice, 1);
	for (guint i = 0; i < 2; i++)
		reopen(nodes[i], format_of(nodes[i]));
	deposit_some(nodes, &alice, 10);
	assert_same_state(nodes);
	g_assert_cmpuint(format_of(nodes[0]), ==, 2);
	g_assert_cmpuint(format_of(nodes[1]), ==, 1);
	g_assert_cmpuint(fake_chain_keys(nodes[0]->chain) + 8, <=,
			 fake_chain_keys(nodes[1]->chain));
	fisco_free(nodes[0]);
	fisco_free(nodes[1]);
}

static void
test_newer_store(void)
{
	bsn_err err = BSN_ERR_INIT;
	FiscoChain *chain;

	fisco_reset(3);
	chain = fisco_new("one", "{\"crypto\":\"sm\"}");
	fake_chain_close(chain->chain);
	set_format(chain, 3);
	g_assert_cmpint(fake_chain_open(chain->chain, chain->engine,
					bsn_slice_of(chain->genesis->data,
						     chain->genesis->len),
					&err),
			==, BSN_E_VERSION);
	g_assert_cmpstr(err.reason, ==,
			"the chain's store has format 3, which a newer "
			"bsn.engine-fisco wrote");
	set_format(chain, 2);
	fisco_reopen(chain);
	fisco_free(chain);
}

/* Snapshots are cut between any two entries. */
static void
test_snapshots_have_none(void)
{
	FiscoChain *chain;

	fisco_reset(3);
	chain = fisco_new("one", "{\"crypto\":\"sm\","
				 "\"snapshot_interval\":1000}");
	g_assert_cmpuint(format_of(chain), ==, 1);
	fisco_free(chain);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/slots/rows-make-no-difference", test_by_chance);
	g_test_add_func("/slots/rows-make-none-to-what-is-run-ahead",
			test_trials);
	g_test_add_func("/slots/a-row-is-one-entry", test_one_entry);
	g_test_add_func("/slots/a-damaged-row-is-noticed", test_damaged);
	g_test_add_func("/slots/an-older-store-goes-on-without-rows",
			test_older_store);
	g_test_add_func("/slots/a-newer-store-is-refused", test_newer_store);
	g_test_add_func("/slots/a-chain-with-snapshots-has-no-rows",
			test_snapshots_have_none);
	return g_test_run();
}
