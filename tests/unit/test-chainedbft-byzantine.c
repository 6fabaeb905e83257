/* SPDX-License-Identifier: Apache-2.0
 *
 * Members that lie. One of four, or two of seven, run the protocol, but what they
 * send is changed on its way; the others agree all the same (chained-net.h).
 */
#include <bsn/helpers/bytes.h>

#include "plugins/consensus-chainedbft/chainedbft.h"
#include "plugins/kit/sink.h"
#include "tests/unit/chained-net.h"

#define CONFIG "{\"timeout_ms\":400,\"timeout_max_ms\":3000}"
#define LONG 240000u

typedef ChainedNet Net;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Net, net_free)

/* ---- their means ------------------------------------------------------- */

static void
replace(GBytes **bytes, const Message *message)
{
	GByteArray *out = g_byte_array_new();

	message_put(message, out);
	g_bytes_unref(*bytes);
	*bytes = g_byte_array_free_to_bytes(out);
}

/* The block of a proposal. */
static NetBlock *
block_of(Net *net, const Message *message)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	bsn_id id = { .len = 32 };
	gsize len = 32;

	g_checksum_update(sum, message->block.data,
			  (gssize)message->block.len);
	g_checksum_get_digest(sum, id.bytes, &len);
	return tree_find(net, &id);
}

/* What a vote for a block says, when no epoch has ended. */
static VoteInfo
info_of(const Net *net, const NetBlock *block)
{
	VoteInfo info = { .id = block->id,
			  .round = block->seal.round,
			  .protocol = PROTOCOL_CHAINEDBFT,
			  .chain_id = net_chain_id,
			  .epoch = net->genesis->id,
			  .height = block->height,
			  .parent = block->parent->id,
			  .parent_round = block->parent->seal.round };
	const NetBlock *first = block->parent->parent;

	if (first != NULL && first->parent != NULL &&
	    first->seal.round + 2 == block->seal.round &&
	    first->seal.round + 1 == block->parent->seal.round) {
		info.final = first->id;
		info.final_height = first->height;
	}
	return info;
}

static void
sign_vote(const Net *net, const Node *from, const NetBlock *block,
	  Message *message)
{
	const VoteInfo info = info_of(net, block);
	g_autoptr(GByteArray) text = g_byte_array_new();

	vote_info_put_text(&info, text);
	message->id = block->id;
	message->round = block->seal.round;
	net_sign(net, from->index, buffer_slice(text), &message->signature);
}

/* A block in the same place with other transactions. */
static NetBlock *
twin_of(Net *net, const NetBlock *block)
{
	bsn_seal seal = block->seal;

	seal.time_ms++;
	return tree_forge(net, block->proposer, block->parent, &seal,
			  (const guint32 *)block->txs->data, block->txs->len);
}

/* ---- what they do ------------------------------------------------------ */

/* Proposes and votes one thing to these and another to those. */
static void
two_faces(Net *net, Node *from, Node *to, GBytes **bytes)
{
	Message message;
	NetBlock *twin;

	if (!from->byzantine || to->index % 2 == 0)
		return;
	g_assert_true(message_read(bytes_slice(*bytes), &message));
	if (message.kind == MESSAGE_PROPOSAL) {
		twin = twin_of(net, block_of(net, &message));
		message.block = bytes_slice(twin->bytes);
		replace(bytes, &message);
	} else if (message.kind == MESSAGE_VOTE) {
		twin = twin_of(net, tree_find(net, &message.id));
		sign_vote(net, from, twin, &message);
		replace(bytes, &message);
	}
}

/* Proposes upon what was certified long ago. */
static void
stale(Net *net, Node *from, Node *to, GBytes **bytes)
{
	Message message;
	NetBlock *block, *old;
	bsn_seal seal;

	if (!from->byzantine)
		return;
	g_assert_true(message_read(bytes_slice(*bytes), &message));
	if (message.kind != MESSAGE_PROPOSAL)
		return;
	block = block_of(net, &message);
	old = block->parent;
	for (guint i = 0; i < 3 && old->parent != NULL; i++)
		old = old->parent;
	if (old->parent == NULL)
		return;
	seal = block->seal;
	seal.justify = old->seal.justify;
	old = tree_forge(net, from->index, old->parent, &seal, NULL, 0);
	message.block = bytes_slice(old->bytes);
	replace(bytes, &message);
}

/* Says what it should, with bits turned. */
static void
garbage(Net *net, Node *from, Node *to, GBytes **bytes)
{
	gsize len;
	guint8 *data;

	if (!from->byzantine)
		return;
	data = g_bytes_unref_to_data(*bytes, &len);
	for (guint i = 0; i < 3; i++)
		data[g_rand_int_range(net->rand, 2, (gint32)len)] ^=
			(guint8)g_rand_int_range(net->rand, 1, 256);
	*bytes = g_bytes_new_take(data, len);
}

/* Signs wrongly. */
static void
forge(Net *net, Node *from, Node *to, GBytes **bytes)
{
	Message message;

	if (!from->byzantine)
		return;
	g_assert_true(message_read(bytes_slice(*bytes), &message));
	if (message.signature.len > 0)
		message.signature.bytes[3] ^= 1;
	replace(bytes, &message);
}

/* Shows a certificate of its own making: everybody's votes, unsigned, for a block
 * that it has made final by itself. */
static void
false_proof(Net *net, Node *from, Node *to, GBytes **bytes)
{
	g_autoptr(Certificate) certificate = NULL;
	Signature signatures[NET_NODES_MAX] = { { 0 } };
	guint signers[NET_NODES_MAX];
	Members *members;
	Message message;
	VoteInfo info;

	if (!from->byzantine || from->head->parent == NULL)
		return;
	info = info_of(net, from->head);
	info.round += 5;
	info.final = info.id;
	info.final_height = info.height;
	g_assert_cmpint(members_new(tree_members(net, net->genesis->members),
				    net->n, WHO, &members, NULL),
			==, BSN_OK);
	for (guint i = 0; i < net->n; i++) {
		signers[i] = i;
		signatures[i].len = 32;
	}
	certificate = certificate_new(&info, members, signers, signatures,
				      net->n);
	members_free(members);
	message = (Message){ .kind = MESSAGE_NEWS,
			     .epoch = net->genesis->id,
			     .round = info.round,
			     .certificate = bytes_slice(certificate->bytes),
			     .final = bytes_slice(certificate->bytes) };
	replace(bytes, &message);
}

/* Times out in rounds far ahead, and leads none. */
static void
hasty(Net *net, Node *from, Node *to, GBytes **bytes)
{
	TimeoutInfo info;
	g_autoptr(GByteArray) text = g_byte_array_new();
	Message message;

	if (!from->byzantine)
		return;
	g_assert_true(message_read(bytes_slice(*bytes), &message));
	info = (TimeoutInfo){ .protocol = PROTOCOL_CHAINEDBFT,
			      .chain_id = net_chain_id,
			      .epoch = net->genesis->id,
			      .round = message.round + 1000000 };
	timeout_info_put_text(&info, text);
	message = (Message){ .kind = MESSAGE_TIMEOUT,
			     .epoch = net->genesis->id,
			     .round = info.round };
	net_sign(net, from->index, buffer_slice(text), &message.signature);
	replace(bytes, &message);
}

static void
silent(Net *net, Node *from, Node *to, GBytes **bytes)
{
	Message message;

	if (!from->byzantine)
		return;
	g_assert_true(message_read(bytes_slice(*bytes), &message));
	if (message.kind == MESSAGE_PROPOSAL ||
	    (message.kind == MESSAGE_VOTE && to->index % 2 == 0))
		g_clear_pointer(bytes, g_bytes_unref);
}

/* ---- and the others ---------------------------------------------------- */

static void
run(NetFilter filter, guint seed)
{
	const guint n = seed % 2 == 0 ? 4 : 7;
	g_autoptr(Net) net = net_new(&chainedbft_consensus, n, (1u << n) - 1,
				     seed, CONFIG);

	net->filter = filter;
	net->drop = seed % 5 * 10;
	net->nodes[seed / 2 % n]->byzantine = TRUE;
	if (n == 7)
		net->nodes[(seed / 2 + 3) % n]->byzantine = TRUE;
	for (guint tx = 1; tx <= 20; tx++) {
		net_submit(net, tx);
		net_run(net, (guint64)g_rand_int_range(net->rand, 1, 300));
	}
	net->drop = 0;
	g_assert_true(net_run_dry(net, LONG));
}

static void
test(gconstpointer filter)
{
	for (guint seed = 0; seed < 16; seed++)
		run(*(const NetFilter *)filter, seed);
}

static void
test_banned(void)
{
	g_autoptr(Net) net =
		net_new(&chainedbft_consensus, 4, 0xf, 1, CONFIG);

	net->filter = forge;
	net->nodes[3]->byzantine = TRUE;
	for (guint tx = 1; tx <= 20; tx++) {
		net_submit(net, tx);
		net_run(net, 200);
	}
	g_assert_true(net_run_dry(net, LONG));
	/* Its votes cost a look each 64 rounds, and not each round. */
	for (guint i = 0; i < 3; i++)
		g_assert_cmpint(net_status(net->nodes[i], "height"), >, 1);
}

/* Blocks of other epochs cost it more than the others. */
static void
test_flood(void)
{
	g_autoptr(Net) net =
		net_new(&chainedbft_consensus, 4, 0xf, 1, CONFIG);
	Node *victim = net->nodes[0];

	net_run(net, 10);
	for (guint i = 0; i < 1000; i++) {
		const Message message = { .kind = MESSAGE_PROPOSAL,
					  .epoch = bsn_id_of(&i, sizeof(i)),
					  .round = i,
					  .block = bsn_slice_str("a block") };
		g_autoptr(GByteArray) bytes = g_byte_array_new();

		message_put(&message, bytes);
		net_give(victim, net->nodes[3], buffer_slice(bytes));
	}
	g_assert_cmpuint(victim->reads, <, 5);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		NetFilter filter;
	} tests[] = {
		{ "/chainedbft/byzantine/two-faces", two_faces },
		{ "/chainedbft/byzantine/stale-certificates", stale },
		{ "/chainedbft/byzantine/garbage", garbage },
		{ "/chainedbft/byzantine/false-signatures", forge },
		{ "/chainedbft/byzantine/false-certificates", false_proof },
		{ "/chainedbft/byzantine/hasty-timeouts", hasty },
		{ "/chainedbft/byzantine/silent-leader", silent },
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_data_func(tests[i].name, &tests[i].filter, test);
	g_test_add_func("/chainedbft/byzantine/forgers-are-not-heard",
			test_banned);
	g_test_add_func("/chainedbft/byzantine/a-flood-of-other-epochs",
			test_flood);
	return g_test_run();
}
