/* SPDX-License-Identifier: Apache-2.0
 *
 * What other nodes say of private data. The first byte says what the others are:
 * 'g': a peer gives it; 't': a peer asks for what is missing; 'a': a peer answers
 * a node that lacks the value of key "a"; else sets by themselves. Whatever comes,
 * nothing but the right value is believed, and who is no member neither gets nor
 * keeps any.
 */
#include <string.h>

#include "plugins/kit/sink.h"
#include "tests/unit/fabric-spread.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LATE 4u

static void
ignore(gpointer owner, int32_t status, const bsn_err *err)
{
	(void)owner;
	(void)err;
	g_assert_cmpint(status, ==, BSN_OK);
}

static PrivateNet *
make_net(void)
{
	PrivateNet *net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = NULL;

	private_net_reach(net, LATE, FALSE);
	tx = private_net_simulate(net, 0, "a=value");
	(void)private_spread(&net->nodes[0].channel, tx->tx_id, 1,
			     buffer_slice(tx->sets), ignore, NULL);
	private_net_settle(net);
	private_net_commit(net, tx, ALL_NODES);
	private_net_advance(net, 0);
	private_net_reach(net, LATE, TRUE);
	while (net->questions.length > 0)
		private_net_fail(net, BSN_UNAVAILABLE);
	return net;
}

/* The only collection that the stranger is a member of. */
static gboolean
is_all_its_own(bsn_slice bytes)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Bsn__Private__Give *message;
	PrivateSet *sets;
	guint n;

	g_assert_cmpint(private_give_read(&arena, bytes, &message, &sets, &n,
					  NULL),
			==, BSN_OK);
	for (guint i = 0; i < n; i++)
		if (strcmp(sets[i].collection, "_implicit_org_Org3MSP") != 0)
			return FALSE;
	return TRUE;
}

/* Whether the stranger keeps nothing. */
static gboolean
give(PrivateNet *net, bsn_slice bytes)
{
	private_net_ask(net, 0, 1, NET_ASK_PRIVATE_GIVE, bytes);
	private_net_ask(net, 0, PRIVATE_STRANGER, NET_ASK_PRIVATE_GIVE, bytes);
	if (net->status == BSN_OK) {
		g_assert_true(is_all_its_own(bytes));
		return FALSE;
	}
	g_assert_cmpuint(private_net_count(net, PRIVATE_STRANGER, "waiting"),
			 ==, 0);
	return TRUE;
}

static void
take(PrivateNet *net, bsn_slice bytes)
{
	private_net_ask(net, 1, 0, NET_ASK_PRIVATE_TAKE, bytes);
	g_assert_true(net->status == BSN_OK ||
		      g_bytes_get_size(net->answer) == 0);
	private_net_ask(net, PRIVATE_STRANGER, 0, NET_ASK_PRIVATE_TAKE, bytes);
	g_assert_cmpuint(g_bytes_get_size(net->answer), ==, 0);
}

/* Whether the node still lacks it. */
static gboolean
answer(PrivateNet *net, bsn_slice bytes)
{
	g_autofree char *value = NULL;

	private_peer_changed(&net->nodes[LATE].channel);
	g_assert_cmpuint(net->questions.length, ==, 1);
	private_net_answer(net, bytes);
	while (net->questions.length > 0)
		private_net_fail(net, BSN_UNAVAILABLE);
	value = private_net_value(net, LATE, "a");
	g_assert_true(strcmp(value, "?") == 0 || strcmp(value, "value") == 0);
	return value[0] == '?';
}

static void
read_sets(bsn_slice bytes)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) once = g_byte_array_new();
	g_autoptr(GByteArray) twice = g_byte_array_new();
	PrivateSet *sets;
	guint n;

	if (private_sets_read(&arena, bytes, &sets, &n, NULL) != BSN_OK)
		return;
	private_sets_put(once, sets, n);
	g_assert_cmpint(private_sets_read(&arena, buffer_slice(once), &sets, &n,
					  NULL),
			==, BSN_OK);
	private_sets_put(twice, sets, n);
	g_assert_true(bsn_slice_equal(buffer_slice(once), buffer_slice(twice)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static PrivateNet *net;
	bsn_slice rest;

	if (size == 0)
		return 0;
	if (net == NULL)
		net = make_net();
	rest = bsn_slice_of(data + 1, size - 1);
	if (data[0] == 'g') {
		if (!give(net, rest))
			g_clear_pointer(&net, private_net_free);
	} else if (data[0] == 't') {
		take(net, rest);
	} else if (data[0] == 'a') {
		if (!answer(net, rest))
			g_clear_pointer(&net, private_net_free);
	} else {
		read_sets(rest);
	}
	if (net != NULL)
		for (guint i = 0; i < PRIVATE_NODES; i++)
			g_byte_array_set_size(net->nodes[i].traffic, 0);
	return 0;
}
