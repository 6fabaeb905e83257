/* SPDX-License-Identifier: Apache-2.0
 *
 * The members of a chain, as its engine names them.
 */
#include "host/service/net.h"

#include <string.h>

#include "host/bytes.h"
#include "host/chain/internal.h"

/* Distinct algorithms of one chain's members. */
#define ALGORITHMS_MAX 8u

/* ---- members and chains ---- */

static NetChain *
net_chain_ref(NetChain *net)
{
	g_atomic_int_inc(&net->refs);
	return net;
}

static void
net_chain_unref(NetChain *net)
{
	if (!g_atomic_int_dec_and_test(&net->refs))
		return;
	g_hash_table_unref(net->members);
	chain_unref(net->chain);
	g_free(net);
}

NetMember *
net_member_ref(NetMember *member)
{
	g_atomic_int_inc(&member->refs);
	return member;
}

void
net_member_unref(NetMember *member)
{
	if (member == NULL || !g_atomic_int_dec_and_test(&member->refs))
		return;
	net_chain_unref(member->chain);
	g_free(member->algorithm);
	g_bytes_unref(member->public_key);
	g_free(member->address);
	g_free(member);
}

static void
unref_member(gpointer member)
{
	net_member_unref(member);
}

/* The same on all hosts: what the chain was made from. */
static void
find_id(const Chain *chain, guint8 id[NET_CHAIN_ID_LEN])
{
	static const char label[] = "bsn chain 1";
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize len;
	const guint8 *genesis = g_bytes_get_data(chain->genesis, &len);
	gsize id_len = NET_CHAIN_ID_LEN;

	g_checksum_update(sum, (const guchar *)label, sizeof(label));
	g_checksum_update(sum, (const guchar *)chain->framework,
			  (gssize)strlen(chain->framework) + 1);
	g_checksum_update(sum, genesis, (gssize)len);
	g_checksum_get_digest(sum, id, &id_len);
}

static NetChain *
net_chain_new(Chain *chain)
{
	NetChain *net = g_new0(NetChain, 1);

	net->refs = 1;
	net->chain = chain_ref(chain);
	net->members = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, NULL,
					     unref_member);
	find_id(chain, net->id);
	return net;
}

/* ---- to the main loop ---- */

typedef struct {
	StrandCall call;
	NetChain *net;
	GPtrArray *members;   /* NetMember, and NULL at the end */
	GPtrArray *addresses; /* char *, as many */
	GPtrArray *algorithms;
} Update;

static void
post(NetChain *net, StrandCall *call, void (*run)(StrandCall *call))
{
	call->run = run;
	loop_post(net->chain->table->loop, call);
}

static void
update_on_loop(StrandCall *call)
{
	Update *update = (Update *)call;
	const ChainTable *table = update->net->chain->table;

	for (guint i = 0; i < update->addresses->len; i++) {
		NetMember *member = update->members->pdata[i];

		g_free(member->address);
		member->address = g_steal_pointer(&update->addresses->pdata[i]);
	}
	table->carrier->members(table->carrier_owner, update->net,
				(NetMember *const *)update->members->pdata,
				(const char *const *)update->algorithms->pdata);
	g_ptr_array_unref(update->members);
	g_ptr_array_unref(update->addresses);
	g_ptr_array_unref(update->algorithms);
	net_chain_unref(update->net);
	g_free(update);
}

typedef struct {
	StrandCall call;
	NetChain *net;
} Close;

static void
close_on_loop(StrandCall *call)
{
	Close *closing = (Close *)call;
	const ChainTable *table = closing->net->chain->table;

	table->carrier->closed(table->carrier_owner, closing->net);
	net_chain_unref(closing->net);
	g_free(closing);
}

static void
forget_member(gpointer key, gpointer value, gpointer data)
{
	NetMember *member = value;

	member->gone = TRUE;
}

void
net_close(Chain *chain)
{
	NetChain *net = g_steal_pointer(&chain->net);
	Close *closing;

	if (net == NULL)
		return;
	net->closed = TRUE;
	g_hash_table_foreach(net->members, forget_member, NULL);
	g_hash_table_remove_all(net->members);
	closing = g_new(Close, 1);
	closing->net = net;
	post(net, &closing->call, close_on_loop);
}

/* ---- set_members ---- */

static const bsn_member *
member_at(const bsn_member *members, guint64 i)
{
	/* The first record's size is the stride. */
	return (const bsn_member *)((const char *)members + i * members->size);
}

static gboolean
is_well_formed(const bsn_member *members, guint64 n)
{
	if (n > NET_MEMBERS_MAX ||
	    (n > 0 && (members == NULL || !BSN_REACHES(members, address))))
		return FALSE;
	for (guint64 i = 0; i < n; i++) {
		const bsn_member *member = member_at(members, i);

		if (member->algorithm == NULL || member->public_key.len == 0 ||
		    member->public_key.len > BSN_PUBLIC_KEY_MAX ||
		    (member->address.len > 0 && member->address.data == NULL))
			return FALSE;
	}
	return TRUE;
}

static gboolean
add_algorithm(GPtrArray *algorithms, const char *algorithm)
{
	for (guint i = 0; i < algorithms->len; i++)
		if (strcmp(algorithms->pdata[i], algorithm) == 0)
			return TRUE;
	if (algorithms->len >= ALGORITHMS_MAX)
		return FALSE;
	g_ptr_array_add(algorithms, g_strdup(algorithm));
	return TRUE;
}

static gboolean
is_own_key(const Chain *chain, const bsn_member *member)
{
	guint8 key[BSN_PUBLIC_KEY_MAX];
	bsn_fixed_sink sink = bsn_fixed_sink_of(key, sizeof(key));

	return keystore_node_public_key(chain->table->keystore,
					member->algorithm, &sink.sink,
					NULL) == BSN_OK &&
	       sink.len == member->public_key.len &&
	       memcmp(key, member->public_key.data, sink.len) == 0;
}

static NetMember *
member_new(NetChain *net, const bsn_member *from, GBytes *key)
{
	NetMember *member = g_new0(NetMember, 1);

	member->refs = 1;
	member->chain = net_chain_ref(net);
	member->algorithm = g_strdup(from->algorithm);
	member->public_key = g_bytes_ref(key);
	member->self = is_own_key(net->chain, from);
	return member;
}

/* The members as they shall be; who stays is the same NetMember. NULL when one
 * is there twice or there are too many algorithms. */
static GHashTable *
make_members(NetChain *net, const bsn_member *members, guint64 n,
	     Update *update)
{
	GHashTable *made = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
						 NULL, unref_member);

	for (guint64 i = 0; i < n; i++) {
		const bsn_member *from = member_at(members, i);
		g_autoptr(GBytes) key = g_bytes_new(from->public_key.data,
						    from->public_key.len);
		NetMember *member = g_hash_table_lookup(net->members, key);

		if (g_hash_table_contains(made, key) ||
		    !add_algorithm(update->algorithms, from->algorithm)) {
			g_hash_table_unref(made);
			return NULL;
		}
		member = member != NULL && strcmp(member->algorithm,
						  from->algorithm) == 0
				 ? net_member_ref(member)
				 : member_new(net, from, key);
		g_hash_table_insert(made, member->public_key, member);
		g_ptr_array_add(update->members, net_member_ref(member));
		g_ptr_array_add(update->addresses,
				g_strndup((const char *)from->address.data,
					  from->address.len));
	}
	return made;
}

/* Who was a member and is none any more. */
static void
mark_gone(NetChain *net, GHashTable *now)
{
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, net->members);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		NetMember *member = value;

		member->gone = g_hash_table_lookup(now, key) != member;
	}
}

static Update *
update_new(NetChain *net)
{
	Update *update = g_new(Update, 1);

	update->net = net_chain_ref(net);
	update->members = g_ptr_array_new_with_free_func(unref_member);
	update->addresses = g_ptr_array_new_with_free_func(g_free);
	update->algorithms = g_ptr_array_new_with_free_func(g_free);
	return update;
}

static void
update_free(Update *update)
{
	g_ptr_array_unref(update->members);
	g_ptr_array_unref(update->addresses);
	g_ptr_array_unref(update->algorithms);
	net_chain_unref(update->net);
	g_free(update);
}

int32_t
net_set_members(Chain *chain, const bsn_member *members, uint64_t n)
{
	GHashTable *made;
	Update *update;

	if (!is_well_formed(members, n))
		return BSN_E_INVALID;
	if (chain->table->carrier == NULL)
		return BSN_OK;
	if (chain->net == NULL)
		chain->net = net_chain_new(chain);
	update = update_new(chain->net);
	made = make_members(chain->net, members, n, update);
	if (made == NULL) {
		update_free(update);
		return BSN_E_INVALID;
	}
	mark_gone(chain->net, made);
	g_hash_table_unref(chain->net->members);
	chain->net->members = made;
	g_ptr_array_add(update->members, NULL);
	g_ptr_array_add(update->algorithms, NULL);
	post(chain->net, &update->call, update_on_loop);
	return BSN_OK;
}
