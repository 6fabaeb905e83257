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

/* Puts calls into groups, with others that meet nobody; leader: of the calls. */
static void
group_calls(Overlay *state, const Pace *pace, Call *calls, guint n,
	    guint *leader)
{
	static const guint8 elsewhere[ADDRESS_LEN] = { 8 };
	g_autofree Call *others = g_new(Call, 4 * n);
	g_autofree Tx **txs = g_new(Tx *, 5 * n);
	g_autofree guint *all = g_new(guint, 5 * n);

	for (guint i = 0; i < 5 * n; i++) {
		if (i >= n) {
			call_init(&others[i - n], (guint8)(100 + i), 1, 2);
			others[i - n].tx.to =
				bsn_slice_of(elsewhere, ADDRESS_LEN);
		}
		txs[i] = i < n ? &calls[i].tx : &others[i - n].tx;
	}
	g_assert_cmpuint(conflict_group(state, pace, txs, 5 * n, all), ==,
			 5 * n);
	for (guint i = 0; i < 5 * n; i++)
		g_assert_true(i < n ? all[i] < n : all[i] == i);
	memcpy(leader, all, n * sizeof(*leader));
}

/* The number of groups that three calls make. */
static guint
count_groups(Overlay *state, Call calls[3])
{
	const Pace pace = { 0 };
	guint leader[3];
	guint n = 0;

	group_calls(state, &pace, calls, 3, leader);
	for (guint i = 0; i < 3; i++)
		n += leader[i] == i;
	return n;
}

static void
set_value(Call *call, const guint8 *to)
{
	call->tx.value = bsn_slice_str("1");
	call->tx.data.len = 0;
	call->tx.to = bsn_slice_of(to, ADDRESS_LEN);
}

static void
test_those_that_one_sender_pays_for_are_together(void)
{
	g_autoptr(Overlay) state = overlay_new(chain);
	const Pace pace = { 0 };
	Call calls[3];
	guint leader[3];

	for (guint8 i = 0; i < 3; i++) {
		call_init(&calls[i], i == 1 ? 2 : 1, 7, 7);
		calls[i].tx.value = bsn_slice_str("1");
	}
	group_calls(state, &pace, calls, 3, leader);
	g_assert_cmpuint(leader[0], ==, 0);
	g_assert_cmpuint(leader[1], ==, 1);
	g_assert_cmpuint(leader[2], ==, 0);
}

/* Payers of one account are not put together, but for its own payments. */
static void
test_payers_are_with_whom_they_pay_if_that_one_sends(void)
{
	static const guint8 three[ADDRESS_LEN] = { 3 };
	static const guint8 four[ADDRESS_LEN] = { 4 };
	g_autoptr(Overlay) state = overlay_new(chain);
	Call calls[3];

	for (guint8 i = 0; i < 3; i++) {
		call_init(&calls[i], i + 1, 0, 0);
		set_value(&calls[i], four);
	}
	g_assert_cmpuint(count_groups(state, calls), ==, 3);
	set_value(&calls[0], three);
	g_assert_cmpuint(count_groups(state, calls), ==, 2);
	set_value(&calls[1], three);
	g_assert_cmpuint(count_groups(state, calls), ==, 1);
}

/* Calls with an address as first argument, one of which is the third's sender. */
static void
test_addresses_among_arguments_put_calls_together(void)
{
	g_autoptr(Overlay) state = overlay_new(chain);
	Call calls[3];

	for (guint8 i = 0; i < 3; i++) {
		call_init(&calls[i], i + 1, 0, 1);
		calls[i].data[4 + 12] = (guint8)(7 + i);
	}
	g_assert_cmpuint(count_groups(state, calls), ==, 3);
	calls[1].data[4 + 12] = 7;
	g_assert_cmpuint(count_groups(state, calls), ==, 2);
	calls[1].data[4 + 12] = 3;
	g_assert_cmpuint(count_groups(state, calls), ==, 2);
	calls[0].data[4 + 12] = 3;
	g_assert_cmpuint(count_groups(state, calls), ==, 1);
}

static void
test_calls_of_contracts_that_met_are_together(void)
{
	g_autoptr(Overlay) state = overlay_new(chain);
	Pace pace = { 0 };
	Call calls[3];
	guint leader[3];
	guint in_turn;

	for (guint8 i = 0; i < 3; i++)
		call_init(&calls[i], i, 7, 7);
	pace_end(&pace, 8, 1, &calls[0].tx, &calls[1].tx);
	group_calls(state, &pace, calls, 3, leader);
	g_assert_cmpuint(leader[1], ==, 1);
	pace_end(&pace, 8, 1, &calls[0].tx, &calls[1].tx);
	group_calls(state, &pace, calls, 3, leader);
	g_assert_cmpuint(leader[1], ==, 0);
	g_assert_cmpuint(leader[2], ==, 0);
	for (guint i = 0; i < 4; i++)
		(void)pace_begin(&pace, 0, &in_turn);
	group_calls(state, &pace, calls, 3, leader);
	g_assert_cmpuint(leader[2], ==, 2);
}

/* Those behind tie all together; so they are left for another round. */
static void
test_as_many_are_taken_as_can_be_shared_out(void)
{
	static const guint8 hot[ADDRESS_LEN] = { 0, 0, 9 };
	g_autoptr(Overlay) state = overlay_new(chain);
	const Pace pace = { 0 };
	g_autofree Call *calls = g_new(Call, 600);
	g_autofree Tx **txs = g_new(Tx *, 600);
	g_autofree guint *leader = g_new(guint, 600);

	for (guint i = 0; i < 600; i++) {
		call_init(&calls[i], (guint8)i, 0, 0);
		calls[i].tx.sender[1] = (guint8)(i >> 8);
		set_value(&calls[i], hot);
		txs[i] = &calls[i].tx;
	}
	g_assert_cmpuint(conflict_group(state, &pace, txs, 600, leader), ==,
			 600);
	memcpy(calls[130].tx.sender, hot, ADDRESS_LEN);
	g_assert_cmpuint(conflict_group(state, &pace, txs, 600, leader), ==,
			 128);
	for (guint i = 0; i < 128; i++)
		g_assert_cmpuint(leader[i], ==, i);
	memcpy(calls[0].tx.sender, hot, ADDRESS_LEN);
	g_assert_cmpuint(conflict_group(state, &pace, txs, 600, leader), ==,
			 0);
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

/* Arguments may all be the same long string: it is not read over and over. */
static void
test_long_strings_are_told_apart_by_their_first_bytes(void)
{
	g_autoptr(Overlay) state = overlay_new(chain);
	guint8 data[3][4 + 2 * 32 + 96] = { 0 };
	Call calls[3];

	declare(state, 1);
	for (guint8 i = 0; i < 3; i++) {
		call_init(&calls[i], i, 32, 96);
		memcpy(data[i], calls[i].data, 4 + 2 * 32);
		calls[i].tx.data = bsn_slice_of(data[i], sizeof(data[i]));
	}
	g_assert_cmpuint(count_groups(state, calls), ==, 1);
	data[1][sizeof(data[1]) - 1] = 1;
	g_assert_cmpuint(count_groups(state, calls), ==, 1);
	data[2][4 + 2 * 32] = 1;
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
	g_test_add_func("/fisco-conflict/one-sender-pays",
			test_those_that_one_sender_pays_for_are_together);
	g_test_add_func("/fisco-conflict/payers",
			test_payers_are_with_whom_they_pay_if_that_one_sends);
	g_test_add_func("/fisco-conflict/addresses",
			test_addresses_among_arguments_put_calls_together);
	g_test_add_func("/fisco-conflict/contracts-that-met",
			test_calls_of_contracts_that_met_are_together);
	g_test_add_func("/fisco-conflict/as-many-as-can-be-shared-out",
			test_as_many_are_taken_as_can_be_shared_out);
	g_test_add_func("/fisco-conflict/what-a-sender-only-counts",
			test_what_a_sender_only_counts_does_not_bind);
	g_test_add_func("/fisco-conflict/declared-arguments",
			test_declared_arguments_put_calls_together);
	g_test_add_func("/fisco-conflict/declared-strings",
			test_declared_strings_are_told_apart_by_their_bytes);
	g_test_add_func("/fisco-conflict/long-strings",
			test_long_strings_are_told_apart_by_their_first_bytes);
	g_test_add_func("/fisco-conflict/short-calls",
			test_calls_shorter_than_was_declared_are_fine);
	status = g_test_run();
	fake_chain_close(chain);
	fake_chain_free(chain);
	return status;
}
