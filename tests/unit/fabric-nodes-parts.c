/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of engine-fabric that net/ needs, as far as its tests do.
 */
#include "tests/unit/fabric-nodes-parts.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/block.h"
#include "plugins/engine-fabric/chaincode/run.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/endorse/endorse.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/engine-fabric/snapshot/snapshot.h"
#include "plugins/kit/sink.h"

/* ---- services ------------------------------------------------------------ */

Services services;

void
parts_offer(void)
{
	services = (Services){ .timer = bsn_host_timer(fake_host()),
			       .random = bsn_host_random(fake_host()),
			       .net = &nodes_net };
}

guint64
services_mono_ms(bsn_chain *chain)
{
	return fake_host_now_ms();
}

void
services_log(bsn_chain *chain, guint32 level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_string_append_vprintf(the_nodes->log, format, args);
	va_end(args);
	g_string_append_c(the_nodes->log, '\n');
}

guint
node_index(const bsn_chain *chain)
{
	guint i = 0;

	while (the_nodes->nodes[i].chain != chain)
		i++;
	return i;
}

static FabricNode *
node_of(const Channel *channel)
{
	return &the_nodes->nodes[node_index(channel->chain)];
}

const bsn_member *
members_find(const Channel *channel, bsn_slice public_key)
{
	const GArray *list = channel->members.list;

	for (guint i = 0; i < list->len; i++)
		if (bsn_slice_equal(
			    g_array_index(list, bsn_member, i).public_key,
			    public_key))
			return &g_array_index(list, bsn_member, i);
	return NULL;
}

/* ---- blocks -------------------------------------------------------------- */

static char *
certificate_text(bsn_slice hash, guint64 members)
{
	return g_strdup_printf("%02x%02x%02x%02x by %u", hash.data[0],
			       hash.data[1], hash.data[2], hash.data[3],
			       (guint)members);
}

static int32_t
verify(const bsn_member *members, uint64_t n, uint64_t height, bsn_slice digest,
       bsn_slice certificate, bsn_err *err)
{
	g_autofree char *want = certificate_text(digest, n);

	return bsn_slice_equal(certificate, TEXT(want))
		       ? BSN_OK
		       : bsn_fail(err, BSN_BAD_SIGNATURE,
				  "it is another certificate");
}

const bsn_consensus nodes_consensus = { .size = sizeof(bsn_consensus),
					.verify = verify };
const bsn_consensus nodes_plain_consensus = { .size = sizeof(bsn_consensus) };

static void
head_of(const FabricNode *node, const Common__Block *block, LedgerHead *head)
{
	head->height = block->header->number + 1;
	g_assert_cmpint(block_header_hash(&the_nodes->orgs->suite,
					  block->header, head->hash),
			==, BSN_OK);
}

static const Common__Block *
unpack(Arena *arena, bsn_slice bytes)
{
	return message_unpack(arena, &common__block__descriptor, bytes, NULL,
			      NULL);
}

void
parts_read(FabricNode *node)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Common__Block *block =
		unpack(&arena,
		       bytes_slice(node->blocks->pdata[node->blocks->len - 1]));

	head_of(node, block, &node->channel->ledger->head);
	node->channel->ledger->durable = node->channel->ledger->head;
}

static void
become_durable(FabricNode *node)
{
	node->channel->ledger->durable = node->channel->ledger->head;
	node->channel->ledger->waiting.length = 0;
	net_durable(node->channel);
}

void
nodes_make_durable(FabricNodes *all, guint node)
{
	become_durable(&all->nodes[node]);
}

static void
take(FabricNode *node, const Common__Block *block, bsn_slice bytes,
     bsn_slice certificate)
{
	const ProtobufCBinaryData first = block->data->data[0];

	g_ptr_array_add(node->blocks, g_bytes_new(bytes.data, bytes.len));
	g_ptr_array_add(node->certificates,
			g_bytes_new(certificate.data, certificate.len));
	if (node->channel == NULL)
		return;
	head_of(node, block, &node->channel->ledger->head);
	node->channel->ledger->waiting.length++;
	net_head_moved(node->channel);
	if (first.len == 9 && memcmp(first.data, "members ", 8) == 0)
		nodes_set_members(the_nodes, node_index(node->chain),
				  first.data[8] - '0');
	if (!node->slow_disk)
		become_durable(node);
}

int32_t
order_take(Channel *channel, guint64 number, bsn_slice bytes,
	   bsn_slice certificate, bsn_err *err)
{
	FabricNode *node = node_of(channel);
	g_auto(Arena) arena = ARENA_INIT;
	const Common__Block *block = unpack(&arena, bytes);
	guint8 hash[HASH_LEN];

	g_assert_cmpuint(number, ==, channel->ledger->head.height);
	g_assert_cmpuint(block->header->number, ==, number);
	if (node->refuses != BSN_OK)
		return bsn_fail(err, node->refuses, "not now");
	g_assert_cmpint(block_data_hash(&channel->suite, block->data, hash), ==,
			BSN_OK);
	if (!bsn_slice_equal(message_slice(block->header->data_hash),
			     bsn_slice_of(hash, HASH_LEN)))
		return bsn_fail(err, BSN_BAD_REQUEST, "its data hash is wrong");
	take(node, block, bytes, certificate);
	return BSN_OK;
}

static int32_t
get(const GPtrArray *list, guint64 number, GByteArray *out, bsn_err *err)
{
	bsn_slice bytes;

	if (number >= list->len)
		return bsn_fail(err, BSN_NOT_FOUND, "there is no such block");
	bytes = bytes_slice(list->pdata[number]);
	g_byte_array_append(out, bytes.data, (guint)bytes.len);
	return BSN_OK;
}

int32_t
order_certificate(const Channel *channel, guint64 number, GByteArray *out,
		  bsn_err *err)
{
	return get(node_of(channel)->certificates, number, out, err);
}

int32_t
order_proposed(const Channel *channel, guint64 number, GByteArray *out,
	       bsn_err *err)
{
	return get(node_of(channel)->blocks, number, out, err);
}

void
nodes_block(FabricNodes *all, guint nodes, const char *envelope, gsize len)
{
	static guint serial;
	g_autoptr(GByteArray) long_one = g_byte_array_new();
	ProtobufCBinaryData entries[2];
	Common__Block block = COMMON__BLOCK__INIT;
	Common__BlockHeader header = COMMON__BLOCK_HEADER__INIT;
	Common__BlockData data = COMMON__BLOCK_DATA__INIT;
	const FabricNode *first = &all->nodes[g_bit_nth_lsf(nodes, -1)];
	LedgerHead head = { .height = first->blocks->len };
	LedgerHead after;
	g_autoptr(GByteArray) bytes = NULL;
	g_autofree char *certificate = NULL;
	g_autofree char *unique = g_strdup_printf("%u", serial++);
	guint8 hash[HASH_LEN];

	if (head.height > 0)
		head = first->channel->ledger->head;
	g_byte_array_set_size(long_one, (guint)MAX(len, 1));
	memset(long_one->data, 'x', long_one->len);
	entries[0] =
		message_bytes(len > strlen(envelope) ? buffer_slice(long_one)
						     : TEXT(envelope));
	entries[1] = message_bytes(TEXT(unique));
	data.n_data = 2;
	data.data = entries;
	g_assert_cmpint(block_data_hash(&all->orgs->suite, &data, hash), ==,
			BSN_OK);
	header.number = head.height;
	header.previous_hash = message_bytes(ledger_head_hash(&head));
	header.data_hash = (ProtobufCBinaryData){ HASH_LEN, hash };
	block.header = &header;
	block.data = &data;
	bytes = message_pack(&block);
	head_of(first, &block, &after);
	certificate = certificate_text(
		bsn_slice_of(after.hash, HASH_LEN),
		first->channel != NULL ? first->channel->members.list->len
				       : all->n);
	for (guint i = 0; i < all->n; i++)
		if ((nodes & 1u << i) != 0)
			take(&all->nodes[i], &block, buffer_slice(bytes),
			     TEXT(certificate));
}

void
nodes_decide(FabricNodes *all, guint node)
{
	const guint64 number = all->nodes[node].blocks->len;
	g_auto(Arena) arena = ARENA_INIT;
	bsn_slice bytes;

	if (number >= all->nodes[0].blocks->len)
		return;
	bytes = bytes_slice(all->nodes[0].blocks->pdata[number]);
	take(&all->nodes[node], unpack(&arena, bytes), bytes,
	     bytes_slice(all->nodes[0].certificates->pdata[number]));
}

void
nodes_blocks(FabricNodes *all, guint nodes, guint n)
{
	for (guint i = 0; i < n; i++)
		nodes_block(all, nodes, "a block", 0);
}

guint64
nodes_height(const FabricNodes *all, guint node)
{
	return all->nodes[node].channel->ledger->durable.height;
}

void
nodes_alike(const FabricNodes *all, guint a, guint b)
{
	const LedgerHead *one = &all->nodes[a].channel->ledger->durable;
	const LedgerHead *two = &all->nodes[b].channel->ledger->durable;

	g_assert_cmpuint(one->height, ==, two->height);
	g_assert_true(memcmp(one->hash, two->hash, HASH_LEN) == 0);
}

/* ---- what waits ---------------------------------------------------------- */

gboolean
order_waiting(Channel *channel, guint64 since_ms, guint64 bytes,
	      void (*visit)(bsn_slice envelope, gpointer data), gpointer data)
{
	const GArray *waiting = node_of(channel)->waiting;
	guint64 visited = 0;

	for (guint i = 0; i < waiting->len; i++) {
		const NodeWaiting *one =
			&g_array_index(waiting, NodeWaiting, i);
		const gsize len = g_bytes_get_size(one->envelope);

		if (one->since_ms > since_ms || visited + len > bytes)
			continue;
		visited += len;
		visit(bytes_slice(one->envelope), data);
	}
	return waiting->len > 0;
}

int32_t
order_forwarded(Channel *channel, const bsn_slice *envelopes, guint n,
		guint *refused, bsn_err *err)
{
	FabricNode *node = node_of(channel);
	const int32_t status = node->forwarded_status;

	*refused = status != BSN_OK && status != BSN_DUPLICATE;
	if (status != BSN_OK)
		return bsn_fail(err, status, "it is refused");
	for (guint i = 0; i < n; i++)
		g_ptr_array_add(node->forwarded,
				g_strndup((const char *)envelopes[i].data,
					  (gsize)envelopes[i].len));
	return BSN_OK;
}

/* ---- questions and packages ---------------------------------------------- */

static void
reply(Channel *channel, NetQuestion *question, const char *prefix,
      bsn_slice content)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	g_byte_array_append(bytes, (const guint8 *)prefix,
			    (guint)strlen(prefix));
	g_byte_array_append(bytes, content.data, (guint)content.len);
	net_answer(channel, question, BSN_OK, buffer_slice(bytes), NULL);
}

void
endorse_asked(Channel *channel, NetQuestion *question, bsn_slice content)
{
	FabricNode *node = node_of(channel);

	if (node->asked != NULL)
		node->asked(channel, question, content);
	else
		reply(channel, question, "answer to ", content);
}

void
package_asked(Channel *channel, NetQuestion *question, bsn_slice content)
{
	reply(channel, question, "package ", content);
}

void
packages_offered(Channel *channel)
{
}

GPtrArray *
package_list(const Channel *channel)
{
	const GPtrArray *packages = node_of(channel)->packages;
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < packages->len; i++)
		g_ptr_array_add(list, g_strdup(packages->pdata[i]));
	return list;
}

char *
package_type(const Channel *channel, const char *id)
{
	return g_strdup(strchr(id, ':') + 1);
}

const bsn_chaincode_runtime *
runtimes_find(const char *type)
{
	static const bsn_chaincode_runtime runtime;

	return strcmp(type, "native") == 0 ? &runtime : NULL;
}

/* ---- snapshots ----------------------------------------------------------- */

void
channel_snapshots_asked(Channel *channel, NetQuestion *question,
			bsn_slice bytes)
{
	net_answer(channel, question, BSN_OK, bytes, NULL);
}
