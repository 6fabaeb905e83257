/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine that writes down what it hears of other nodes; and the keys and the
 * registry that hosts of tests have.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "host/chain/internal.h"
#include "host/plugin/registry.h"
#include "plugins/crypto-std/std.h"
#include "tests/unit/peer-fixture.h"

#define FRAMEWORK "net"
#define ALGORITHM "ecdsa-p256"

/* ---- keys: one for each name ---- */

struct Keystore {
	guint8 private_key[32], public_key[64];
};

static GMutex keys_mutex;
static GHashTable *keys; /* Keystore by name */

static Keystore *
key_of(const char *name)
{
	guint8 seed[STD_SEED_LEN] = { 1 };
	Keystore *key;

	g_mutex_lock(&keys_mutex);
	if (keys == NULL) {
		std_sha256_open(NULL);
		std_ecdsa_p256_open(NULL);
		keys = g_hash_table_new(g_str_hash, g_str_equal);
	}
	key = g_hash_table_lookup(keys, name);
	if (key == NULL) {
		key = g_new0(Keystore, 1);
		g_strlcpy((char *)seed + 1, name, sizeof(seed) - 1);
		g_assert_cmpint(std_ecdsa_p256.generate(seed, key->private_key,
							key->public_key),
				==, BSN_OK);
		g_hash_table_insert(keys, g_strdup(name), key);
	}
	g_mutex_unlock(&keys_mutex);
	return key;
}

/* In the place of the real one: the path is the name. */
Keystore *
keystore_open(const char *directory, const char *passphrase_file,
	      GError **error)
{
	return key_of(directory);
}

int32_t
keystore_node_public_key(Keystore *keystore, const char *algorithm,
			 bsn_sink *public_key, bsn_err *err)
{
	if (strcmp(algorithm, ALGORITHM) != 0)
		return bsn_fail(err, BSN_NOT_FOUND, "no such algorithm");
	return public_key->write(public_key, keystore->public_key,
				 sizeof(keystore->public_key));
}

int32_t
keystore_node_certificate(Keystore *keystore, const char *algorithm,
			  bsn_sink *certificate, bsn_err *err)
{
	return BSN_NOT_FOUND;
}

int32_t
keystore_node_sign(Keystore *keystore, const char *algorithm,
		   guint32 convention, bsn_slice message, bsn_sink *signature,
		   bsn_err *err)
{
	guint8 bytes[64];
	const bsn_slice no_user = { NULL, 0 };
	const int32_t status =
		std_ecdsa_p256.sign(keystore->private_key, convention, no_user,
				    message, bytes);

	if (status != BSN_OK)
		return status;
	return signature->write(signature, bytes, sizeof(bytes));
}

void
peer_key_of(const char *name, guint8 public_key[64])
{
	memcpy(public_key, key_of(name)->public_key, 64);
}

const char *
peer_name_of_key(bsn_slice public_key)
{
	const char *found = "?";
	GHashTableIter iter;
	gpointer name, value;

	g_mutex_lock(&keys_mutex);
	g_hash_table_iter_init(&iter, keys);
	while (g_hash_table_iter_next(&iter, &name, &value))
		if (public_key.len == 64 &&
		    memcmp(((Keystore *)value)->public_key, public_key.data,
			   64) == 0)
			found = name;
	g_mutex_unlock(&keys_mutex);
	return found;
}

/* ---- what engines have heard ---- */

struct bsn_ledger {
	GAsyncQueue *heard; /* of the place, not of this opening */
	const Chain *chain;
};

/* By host's keystore and chain's name; never freed before the process. */
static GMutex heard_mutex;
static GCond heard_cond;
static GHashTable *heard_queues;
static GHashTable *stalled; /* set of the same keys */

static char *
place_of(const Keystore *keystore, const char *chain)
{
	return g_strdup_printf("%p %s", (const void *)keystore, chain);
}

static GAsyncQueue *
queue_of(const Keystore *keystore, const char *chain)
{
	g_autofree char *place = place_of(keystore, chain);
	GAsyncQueue *queue;

	g_mutex_lock(&heard_mutex);
	if (heard_queues == NULL) {
		heard_queues = g_hash_table_new(g_str_hash, g_str_equal);
		stalled = g_hash_table_new_full(g_str_hash, g_str_equal,
						g_free, NULL);
	}
	queue = g_hash_table_lookup(heard_queues, place);
	if (queue == NULL) {
		queue = g_async_queue_new_full(g_free);
		g_hash_table_insert(heard_queues, g_steal_pointer(&place),
				    queue);
	}
	g_mutex_unlock(&heard_mutex);
	return queue;
}

char *
host_hear(Host *host, const char *chain)
{
	GAsyncQueue *queue = queue_of(host->keystore, chain);
	char *text = g_async_queue_timeout_pop(queue, (guint64)DEADLINE_S *
							      G_USEC_PER_SEC);

	g_assert_nonnull(text);
	return text;
}

void
host_expect(Host *host, const char *chain, const char *text)
{
	g_autofree char *heard = host_hear(host, chain);

	g_assert_cmpstr(heard, ==, text);
}

void
host_await(Host *host, const char *chain, const char *text)
{
	for (;;) {
		g_autofree char *heard = host_hear(host, chain);

		if (strcmp(heard, text) == 0)
			return;
	}
}

void
host_expect_nothing(Host *host, const char *chain)
{
	g_autofree char *heard =
		g_async_queue_try_pop(queue_of(host->keystore, chain));

	g_assert_cmpstr(heard, ==, NULL);
}

void
peer_forget_heard(void)
{
	GHashTableIter iter;
	gpointer queue;
	char *text;

	g_mutex_lock(&heard_mutex);
	g_hash_table_iter_init(&iter, heard_queues);
	while (g_hash_table_iter_next(&iter, NULL, &queue))
		while ((text = g_async_queue_try_pop(queue)) != NULL)
			g_free(text);
	g_mutex_unlock(&heard_mutex);
}

void
host_stall(Host *host, const char *chain)
{
	(void)queue_of(host->keystore, chain);
	g_mutex_lock(&heard_mutex);
	g_hash_table_add(stalled, place_of(host->keystore, chain));
	g_mutex_unlock(&heard_mutex);
}

void
host_let_go(Host *host, const char *chain)
{
	g_autofree char *place = place_of(host->keystore, chain);

	g_mutex_lock(&heard_mutex);
	g_hash_table_remove(stalled, place);
	g_cond_broadcast(&heard_cond);
	g_mutex_unlock(&heard_mutex);
}

static void
stand_still(const Chain *chain)
{
	g_autofree char *place =
		place_of(chain->table->keystore, chain->name);

	g_mutex_lock(&heard_mutex);
	while (g_hash_table_contains(stalled, place))
		g_cond_wait(&heard_cond, &heard_mutex);
	g_mutex_unlock(&heard_mutex);
}

/* ---- the engine ---- */

static int32_t
member_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	*algorithm = ALGORITHM;
	return BSN_OK;
}

/* The same on all hosts: the chain's name. */
static int32_t
make_genesis(const bsn_genesis *genesis, bsn_sink *out, bsn_err *err)
{
	return out->write(out, genesis->name.data, genesis->name.len);
}

static int32_t
open_chain(bsn_chain *chain, bsn_slice genesis, bsn_ledger **ledger,
	   bsn_err *err)
{
	*ledger = g_new0(bsn_ledger, 1);
	(*ledger)->heard = queue_of(chain->table->keystore, chain->name);
	(*ledger)->chain = chain;
	return BSN_OK;
}

static void
close_chain(bsn_ledger *ledger)
{
	g_free(ledger);
}

static void
nothing(bsn_ledger *ledger, uint64_t id)
{
}

static void
hear_message(bsn_ledger *ledger, bsn_slice from, bsn_slice message)
{
	stand_still(ledger->chain);
	g_async_queue_push(ledger->heard,
			   g_strdup_printf("%s: %.*s", peer_name_of_key(from),
					   (int)MIN(message.len, 40),
					   (const char *)message.data));
}

static void
hear_peer(bsn_ledger *ledger, bsn_slice key, uint32_t reachable)
{
	g_async_queue_push(ledger->heard,
			   g_strdup_printf("%s is %s", peer_name_of_key(key),
					   reachable ? "reachable" : "gone"));
}

static int32_t
list_members(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	return BSN_NOT_OFFERED;
}

static const bsn_chain_ops chain_ops = {
	.size = sizeof(chain_ops),
	.member_algorithm = member_algorithm,
	.genesis = make_genesis,
	.open = open_chain,
	.close = close_chain,
	.durable = nothing,
	.timer = nothing,
	.message = hear_message,
	.peer = hear_peer,
	.members = list_members,
};

static const bsn_engine engine = {
	.size = sizeof(engine),
	.framework = FRAMEWORK,
	.chain = &chain_ops,
};

/* ---- the registry ---- */

const bsn_engine *
plugin_find_engine(const char *framework)
{
	return strcmp(framework, FRAMEWORK) == 0 ? &engine : NULL;
}

const bsn_signature *
plugin_find_signature(const char *name)
{
	return strcmp(name, ALGORITHM) == 0 ? &std_ecdsa_p256 : NULL;
}
