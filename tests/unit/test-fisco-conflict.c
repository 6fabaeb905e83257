/* SPDX-License-Identifier: Apache-2.0
 *
 * Which transactions are put together before they are run.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/conflict.h"
#include "plugins/engine-fisco/precompiled/statekey.h"
#include "plugins/engine-fisco/services.h"
#include "tests/unit/fake-host.h"

#define SELECTOR "\xa9\x05\x9c\xbb"

static bsn_chain *chain;
static const guint8 contract[ADDRESS_LEN] = { 9 };

/* A call with two words as arguments, or one string and a word. */
typedef struct {
	guint8 data[4 + 4 * 32];
	Tx tx; /* the last: it has room for bytes behind it */
} Call;

static void
call_init(Call *call, guint8 sender, guint8 first, guint8 second)
{
	*call = (Call){ .tx = { .to = bsn_slice_of(contract, ADDRESS_LEN) } };
	call->tx.sender[0] = sender;
	memcpy(call->data, SELECTOR, 4);
	call->data[4 + 31] = first;
	call->data[4 + 63] = second;
	call->tx.data = bsn_slice_of(call->data, 4 + 2 * 32);
}

static void
call_init_string(Call *call, guint8 sender, guint8 letter)
{
	call_init(call, sender, 2 * 32, 5);
	call->data[4 + 95] = 1;
	call->data[4 + 96] = letter;
	call->tx.data = bsn_slice_of(call->data, sizeof(call->data));
}

static void
declare(Overlay *state, guint8 criticals)
{
	StateKey key = state_key('P');

	state_key_add(&key, bsn_slice_of(contract, ADDRESS_LEN));
	state_key_add(&key, bsn_slice_of(SELECTOR, 4));
	overlay_put(state, state_key_slice(&key), bsn_slice_of(&criticals, 1));
}

/* The number of groups that three calls make. */
static guint
count_groups(Overlay *state, Call calls[3])
{
	Tx *txs[3] = { &calls[0].tx, &calls[1].tx, &calls[2].tx };
	ConflictGroups groups;
	guint n;

	conflict_group(state, txs, 3, &groups);
	n = groups.n;
	conflict_groups_clear(&groups);
	return n;
}

static void
test_those_of_one_sender_are_strung_together_in_order(void)
{
	g_autoptr(Overlay) state = overlay_new(chain);
	ConflictGroups groups;
	Call calls[3];
	Tx *txs[3] = { &calls[0].tx, &calls[1].tx, &calls[2].tx };

	call_init(&calls[0], 1, 7, 7);
	call_init(&calls[1], 2, 7, 7);
	call_init(&calls[2], 1, 7, 7);
	calls[0].tx.value = calls[2].tx.value = bsn_slice_str("1");
	conflict_group(state, txs, 3, &groups);
	g_assert_cmpuint(groups.n, ==, 2);
	g_assert_cmpuint(groups.first[0], ==, 0);
	g_assert_cmpint(groups.next[0], ==, 2);
	g_assert_cmpint(groups.next[2], ==, -1);
	g_assert_cmpuint(groups.first[1], ==, 1);
	g_assert_cmpint(groups.next[1], ==, -1);
	conflict_groups_clear(&groups);
}

static void
test_what_a_sender_only_counts_does_not_bind(void)
{
	g_autoptr(Overlay) state = overlay_new(chain);
	Call calls[3];

	for (guint8 i = 0; i < 3; i++)
		call_init(&calls[i], 1, 7, 7);
	g_assert_cmpuint(count_groups(state, calls), ==, 3);
	calls[0].tx.to = calls[2].tx.to = bsn_slice_of(NULL, 0);
	g_assert_cmpuint(count_groups(state, calls), ==, 2);
}

static void
test_declared_arguments_put_calls_together(void)
{
	g_autoptr(Overlay) state = overlay_new(chain);
	Call calls[3];

	call_init(&calls[0], 1, 7, 50);
	call_init(&calls[1], 2, 8, 50);
	call_init(&calls[2], 3, 7, 51);
	g_assert_cmpuint(count_groups(state, calls), ==, 3);
	declare(state, 1);
	g_assert_cmpuint(count_groups(state, calls), ==, 2);
	declare(state, 2);
	g_assert_cmpuint(count_groups(state, calls), ==, 1);
}

static void
test_declared_strings_are_told_apart_by_their_bytes(void)
{
	g_autoptr(Overlay) state = overlay_new(chain);
	Call calls[3];

	declare(state, 1);
	call_init_string(&calls[0], 1, 'a');
	call_init_string(&calls[1], 2, 'b');
	call_init_string(&calls[2], 3, 'a');
	g_assert_cmpuint(count_groups(state, calls), ==, 2);
}

static void
test_calls_shorter_than_was_declared_are_fine(void)
{
	g_autoptr(Overlay) state = overlay_new(chain);
	Call calls[3];

	declare(state, 64);
	for (guint8 i = 0; i < 3; i++) {
		call_init(&calls[i], i, (guint8)(7 + i), (guint8)(90 + i));
		calls[i].tx.data.len = 4 + 32u * i;
	}
	g_assert_cmpuint(count_groups(state, calls), ==, 3);
}

int
main(int argc, char **argv)
{
	bsn_err err = BSN_ERR_INIT;
	int status;

	g_test_init(&argc, &argv, NULL);
	fake_host_reset(1);
	fake_host_load("crypto-gm.so");
	fake_host_load("crypto-std.so");
	g_assert_cmpint(services_find(fake_host(), &err), ==, BSN_OK);
	chain = fake_chain_new("one");
	g_assert_cmpint(fake_chain_open(chain, NULL, bsn_slice_of(NULL, 0),
					NULL), ==, BSN_OK);
	g_test_add_func("/fisco-conflict/one-sender-in-order",
			test_those_of_one_sender_are_strung_together_in_order);
	g_test_add_func("/fisco-conflict/what-a-sender-only-counts",
			test_what_a_sender_only_counts_does_not_bind);
	g_test_add_func("/fisco-conflict/declared-arguments",
			test_declared_arguments_put_calls_together);
	g_test_add_func("/fisco-conflict/declared-strings",
			test_declared_strings_are_told_apart_by_their_bytes);
	g_test_add_func("/fisco-conflict/short-calls",
			test_calls_shorter_than_was_declared_are_fine);
	status = g_test_run();
	fake_chain_close(chain);
	fake_chain_free(chain);
	return status;
}
