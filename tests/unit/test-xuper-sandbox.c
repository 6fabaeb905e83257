/* SPDX-License-Identifier: Apache-2.0
 *
 * What a transaction's contracts see and do.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "tests/unit/xuper-contracts.h"

static bsn_slice
str(const char *text)
{
	return bsn_slice_str(text);
}

static void
put(Sandbox *box, const char *key, const char *value)
{
	g_assert_cmpint(sandbox_put(box, str("b"), str(key), str(value), NULL),
			==, BSN_OK);
}

static int32_t
get(Sandbox *box, const char *key, const char *value)
{
	g_autoptr(GByteArray) found = g_byte_array_new();
	int32_t status = sandbox_get(box, str("b"), str(key), found, NULL);

	if (status == BSN_OK)
		g_assert_true(bsn_slice_equal(buffer_slice(found),
					      str(value)));
	return status;
}

static void
own_writes_are_read(void)
{
	g_autoptr(XuperWorld) world = xuper_world_new();
	g_autoptr(Sandbox) box = sandbox_new(world->layer, &world->env);
	guint64 mark;

	g_assert_cmpint(get(box, "k", NULL), ==, BSN_NOT_FOUND);
	put(box, "k", "one");
	mark = sandbox_mark(box);
	put(box, "k", "longer");
	g_assert_cmpint(sandbox_delete(box, str("b"), str("k"), NULL), ==,
			BSN_OK);
	g_assert_cmpint(get(box, "k", NULL), ==, BSN_NOT_FOUND);
	g_assert_cmpint(sandbox_emit(box, str("c"), str("e"), str("{}"), NULL),
			==, BSN_OK);
	sandbox_revert(box, mark);
	g_assert_cmpint(get(box, "k", "one"), ==, BSN_OK);
	g_assert_cmpuint(sandbox_used(box, RESOURCE_DISK), ==, 4);
	g_assert_false(sandbox_unversioned(box));
}

static void
results_are_in_order_and_hold_versions(void)
{
	g_autoptr(XuperWorld) world = xuper_world_new();
	g_autoptr(Sandbox) first = sandbox_new(world->layer, &world->env);
	g_autoptr(Sandbox) box = NULL;
	g_auto(Arena) arena = ARENA_INIT;
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;

	put(first, "z", "was");
	xuper_world_apply(world, first);
	box = sandbox_new(world->layer, &world->env);
	g_assert_cmpint(sandbox_emit(box, str("c"), str("e"), str("{}"), NULL),
			==, BSN_OK);
	put(box, "z", "is");
	put(box, "a", "new");
	g_assert_cmpint(sandbox_put(box, str("$a"), str("k"), str("v"), NULL),
			==, BSN_OK);
	/* Nothing was there. */
	g_assert_cmpint(sandbox_delete(box, str("b"), str("q"), NULL), ==,
			BSN_OK);
	sandbox_result(box, &arena, &msg);
	g_assert_cmpuint(msg.n_tx_inputs_ext, ==, 4);
	g_assert_cmpuint(msg.n_tx_outputs_ext, ==, 4);
	g_assert_cmpstr(msg.tx_outputs_ext[0]->bucket, ==, "$a");
	g_assert_cmpstr(msg.tx_outputs_ext[1]->bucket, ==, BUCKET_TRANSIENT);
	g_assert_true(bsn_slice_equal(
		message_slice(msg.tx_outputs_ext[2]->key), str("a")));
	g_assert_true(bsn_slice_equal(
		message_slice(msg.tx_outputs_ext[3]->key), str("z")));
	g_assert_cmpuint(msg.tx_inputs_ext[1]->ref_txid.len, ==, 0);
	g_assert_cmpuint(msg.tx_inputs_ext[3]->ref_txid.len, ==, HASH_LEN);
}

typedef struct {
	SandboxScan scan;
	GString *seen;
} Seen;

static int32_t
see(SandboxScan *scan, bsn_slice key, bsn_slice value)
{
	g_string_append_len(((Seen *)scan)->seen, (const char *)key.data,
			    (gssize)key.len);
	g_string_append_len(((Seen *)scan)->seen, (const char *)value.data,
			    (gssize)value.len);
	return BSN_OK;
}

static void
scans_see_own_writes_in_order(void)
{
	g_autoptr(XuperWorld) world = xuper_world_new();
	g_autoptr(Sandbox) first = sandbox_new(world->layer, &world->env);
	g_autoptr(Sandbox) box = NULL;
	g_autoptr(GString) seen = g_string_new(NULL);
	Seen scan = { { see }, seen };

	put(first, "b", "1");
	put(first, "c", "2");
	put(first, "d", "3");
	xuper_world_apply(world, first);
	box = sandbox_new(world->layer, &world->env);
	put(box, "a", "0");
	put(box, "c", "9");
	put(box, "e", "4");
	g_assert_cmpint(sandbox_delete(box, str("b"), str("b"), NULL), ==,
			BSN_OK);
	g_assert_cmpint(sandbox_scan(box, str("b"), str("a"), str("e"),
				     &scan.scan, NULL), ==, BSN_OK);
	g_assert_cmpstr(seen->str, ==, "a0c9d3");
	g_assert_true(sandbox_unversioned(box));
}

static void
give(XuperWorld *world, const char *owner, guint64 amount, guint8 number)
{
	Utxo utxo = { .offset = 0 };

	memset(utxo.txid, number, HASH_LEN);
	amount_from_u64(amount, utxo.amount);
	g_assert_cmpint(utxo_add(world->layer, str(owner), &utxo, NULL), ==,
			BSN_OK);
}

static int32_t
transfer(Sandbox *box, const char *from, const char *to, guint64 amount)
{
	guint8 bytes[AMOUNT_LEN];

	amount_from_u64(amount, bytes);
	return sandbox_transfer(box, str(from), str(to), bytes, NULL);
}

/* What comes in goes on, what is left comes back, and the sum stays. */
static void
tokens_are_conserved(void)
{
	g_autoptr(XuperWorld) world = xuper_world_new();
	g_autoptr(Sandbox) box = NULL;
	g_auto(Arena) arena = ARENA_INIT;
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;
	guint8 in[AMOUNT_LEN] = { 0 }, out[AMOUNT_LEN] = { 0 };
	guint8 amount[AMOUNT_LEN];
	guint64 mark;

	give(world, "bank", 10, 1);
	give(world, "bank", 20, 2);
	box = sandbox_new(world->layer, &world->env);
	g_assert_cmpint(transfer(box, "bank", "shop", 15), ==, BSN_OK);
	g_assert_cmpint(transfer(box, "shop", "alice", 4), ==, BSN_OK);
	mark = sandbox_mark(box);
	g_assert_cmpint(transfer(box, "bank", "bob", 15), ==, BSN_OK);
	sandbox_revert(box, mark);
	g_assert_cmpint(transfer(box, "bank", "bob", 16), ==, BSN_DENIED);
	g_assert_cmpint(transfer(box, "nobody", "bob", 1), ==, BSN_DENIED);
	sandbox_result(box, &arena, &msg);
	g_assert_cmpuint(msg.n_tx_outputs, ==, 3); /* alice, bank, shop */
	for (size_t i = 0; i < msg.n_tx_inputs; i++) {
		g_assert_true(amount_read(
			message_slice(msg.tx_inputs[i]->amount), amount));
		g_assert_true(amount_add(in, in, amount));
	}
	for (size_t i = 0; i < msg.n_tx_outputs; i++) {
		g_assert_true(amount_read(
			message_slice(msg.tx_outputs[i]->amount), amount));
		g_assert_true(amount_add(out, out, amount));
	}
	g_assert_cmpint(amount_compare(in, out), ==, 0);
}

static void
what_only_reads_cannot_change(void)
{
	g_autoptr(XuperWorld) world = xuper_world_new();
	g_autoptr(Sandbox) box = sandbox_new(world->layer, &world->env);

	(void)sandbox_set_read_only(box, TRUE);
	g_assert_cmpint(sandbox_put(box, str("b"), str("k"), str("v"), NULL),
			==, BSN_DENIED);
	g_assert_cmpint(sandbox_delete(box, str("b"), str("k"), NULL), ==,
			BSN_DENIED);
	g_assert_cmpint(sandbox_emit(box, str("c"), str("e"), str(""), NULL),
			==, BSN_DENIED);
	g_assert_cmpint(transfer(box, "a", "b", 1), ==, BSN_DENIED);
	g_assert_true(sandbox_set_read_only(box, FALSE));
}

static void
bounds_hold(void)
{
	g_autoptr(XuperWorld) world = xuper_world_new();
	g_autoptr(Sandbox) box = sandbox_new(world->layer, &world->env);
	g_autofree char *large = g_malloc0(XMODEL_VALUE_MAX + 1);
	int32_t status = BSN_OK;
	guint n = 0;

	g_assert_cmpint(sandbox_put(box, str("b"), str("k"),
				    bsn_slice_of(large, XMODEL_VALUE_MAX + 1),
				    NULL), ==, BSN_TOO_LARGE);
	g_assert_cmpint(sandbox_put(box, str("b"), str("k"),
				    bsn_slice_of(large, 1), NULL), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpint(sandbox_get(box, str("b"),
				    bsn_slice_of(large, XMODEL_KEY_MAX + 1),
				    NULL, NULL), ==, BSN_TOO_LARGE);
	for (; status != BSN_TOO_LARGE && n <= SANDBOX_KEYS_MAX; n++) {
		g_autofree char *key = g_strdup_printf("%u", n);

		status = sandbox_get(box, str("b"), str(key), NULL, NULL);
	}
	g_assert_cmpint(status, ==, BSN_TOO_LARGE);
	for (n = 0, status = BSN_OK; status == BSN_OK; n++)
		status = sandbox_emit(box, str("c"), str("e"), str(""), NULL);
	g_assert_cmpint(status, ==, BSN_TOO_LARGE);
	g_assert_cmpuint(n, ==, SANDBOX_EVENTS_MAX + 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/sandbox/own-writes-are-read",
			own_writes_are_read);
	g_test_add_func("/xuper/sandbox/results-are-in-order",
			results_are_in_order_and_hold_versions);
	g_test_add_func("/xuper/sandbox/scans-see-own-writes",
			scans_see_own_writes_in_order);
	g_test_add_func("/xuper/sandbox/tokens-are-conserved",
			tokens_are_conserved);
	g_test_add_func("/xuper/sandbox/what-only-reads-cannot-change",
			what_only_reads_cannot_change);
	g_test_add_func("/xuper/sandbox/bounds-hold", bounds_hold);
	return g_test_run();
}
