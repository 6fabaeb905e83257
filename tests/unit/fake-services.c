/* SPDX-License-Identifier: Apache-2.0
 *
 * The fake host's services that keep nothing for a chain: log, clock, random,
 * algorithms, keys, jobs.
 */
#include "tests/unit/fake-net.h"
#include "tests/unit/fake-private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/chain/strand.h"
#include "tools/sim/by_name.h"

#define SEED_LEN 48u
#define PRIVATE_LEN 32u

typedef struct {
	const bsn_signature *scheme;
	guint node;
	guint8 private_key[PRIVATE_LEN];
	guint8 public_key[BSN_PUBLIC_KEY_MAX];
} NodeKey;

static GRand *generator;
static GPtrArray *lines;
static GPtrArray *node_keys; /* NodeKey */
static guint64 wall_behind_ms;

void
fake_services_reset(guint64 seed)
{
	const guint32 words[] = { (guint32)seed, (guint32)(seed >> 32) };

	if (generator == NULL) {
		generator = g_rand_new();
		lines = g_ptr_array_new_with_free_func(g_free);
		node_keys = g_ptr_array_new_with_free_func(g_free);
	}
	g_rand_set_seed_array(generator, words, G_N_ELEMENTS(words));
	g_ptr_array_set_size(lines, 0);
	g_ptr_array_set_size(node_keys, 0);
	wall_behind_ms = 0;
}

static void
need_reset(void)
{
	if (generator == NULL)
		fake_services_reset(0);
}

/* ---- log, clock, random, parallel ---------------------------------------- */

static void
write_line(bsn_chain *chain, uint32_t level, const char *text)
{
	static const char *const names[] = { "error", "warning", "info",
					     "debug" };

	need_reset();
	if (level >= G_N_ELEMENTS(names) || strchr(text, '\n') != NULL) {
		fake_broke("a line of the log is wrong: %u %s", level, text);
		return;
	}
	g_ptr_array_add(lines, g_strdup_printf("%s: %s", names[level], text));
	g_test_message("%s: %s", names[level], text);
}

const GPtrArray *
fake_host_log(void)
{
	need_reset();
	return lines;
}

static uint64_t
wall_ms(bsn_chain *chain)
{
	return fake_host_now_ms() - wall_behind_ms;
}

void
fake_host_set_wall_behind(guint64 ms)
{
	wall_behind_ms = ms;
}

static uint64_t
mono_ns(bsn_chain *chain)
{
	return (fake_host_now_ms() - FAKE_START_MS + 1) * 1000000;
}

static int32_t
fill(bsn_chain *chain, void *data, uint64_t len)
{
	guint8 *bytes = data;

	need_reset();
	for (uint64_t i = 0; i < len; i++)
		bytes[i] = (guint8)g_rand_int(generator);
	return BSN_OK;
}

/* ---- jobs ---------------------------------------------------------------- */

static Workers *workers; /* NULL: none */
static guint job_threads;

void
fake_host_set_threads(guint n)
{
	workers_free(workers);
	workers = n > 0 ? workers_new(n + 1) : NULL;
	job_threads = n;
}

static void
run_job(void *jobs, guint64 index)
{
	((bsn_jobs *)jobs)->run(jobs, index);
}

/* The last one first, so that jobs which lean on an order are noticed. */
static void
run_jobs(bsn_chain *chain, bsn_jobs *jobs, uint64_t n)
{
	if (!fake_allowed(chain, "bsn_parallel.run", FALSE))
		return;
	if (workers != NULL)
		workers_run(workers, run_job, jobs, n);
	else
		while (n-- > 0)
			run_job(jobs, n);
}

const bsn_log fake_log = { .size = sizeof(bsn_log), .write = write_line };
/* Two without threads as well, so that work is shared out then, too. */
static uint64_t
width(bsn_chain *chain)
{
	if (!fake_allowed(chain, "bsn_parallel.width", FALSE))
		return 1;
	return MAX(2, job_threads + 1);
}

const bsn_clock fake_clock = { .size = sizeof(bsn_clock),
			       .wall_ms = wall_ms,
			       .mono_ns = mono_ns };
const bsn_random fake_random = { .size = sizeof(bsn_random), .fill = fill };
const bsn_parallel fake_parallel = { .size = sizeof(bsn_parallel),
				     .run = run_jobs,
				     .width = width };

/* ---- tables by name ------------------------------------------------------ */

SIM_BY_NAME(hash, bsn_hash)
SIM_BY_NAME(signature, bsn_signature)
SIM_BY_NAME(consensus, bsn_consensus)
SIM_BY_NAME(runtime, bsn_runtime)

void
fake_host_add_hash(const bsn_hash *hash)
{
	add_hash(hash);
}

void
fake_host_add_signature(const bsn_signature *signature)
{
	add_signature(signature);
}

void
fake_host_add_consensus(const bsn_consensus *consensus)
{
	add_consensus(consensus);
}

void
fake_host_add_runtime(const bsn_runtime *runtime)
{
	add_runtime(runtime);
}

static const bsn_cipher *
find_cipher(const char *name)
{
	return NULL;
}

const bsn_crypto_by_name fake_crypto = {
	.size = sizeof(bsn_crypto_by_name),
	.hash = find_hash,
	.signature = find_signature,
	.cipher = find_cipher,
};
const bsn_runtimes fake_runtimes = { .size = sizeof(bsn_runtimes),
				     .find = find_runtime };
const bsn_consensuses fake_consensuses = { .size = sizeof(bsn_consensuses),
					   .find = find_consensus };

/* ---- keys ---------------------------------------------------------------- */

static NodeKey *
find_key(guint node, const bsn_signature *scheme)
{
	for (guint i = 0; i < node_keys->len; i++) {
		NodeKey *key = node_keys->pdata[i];

		if (key->node == node && key->scheme == scheme)
			return key;
	}
	return NULL;
}

/* A node's key of a scheme, made at first need; NULL when there is none. */
static const NodeKey *
node_key(guint node, const char *algorithm, const bsn_signature **scheme)
{
	guint8 seed[SEED_LEN];
	NodeKey *key;

	need_reset();
	*scheme = find_signature(algorithm);
	if (*scheme == NULL)
		return NULL;
	key = find_key(node, *scheme);
	if (key != NULL)
		return key;
	key = g_new0(NodeKey, 1);
	key->scheme = *scheme;
	key->node = node;
	fill(NULL, seed, sizeof(seed));
	g_assert_cmpint((*scheme)->generate(seed, key->private_key,
					    key->public_key),
			==, BSN_OK);
	g_ptr_array_add(node_keys, key);
	return key;
}

bsn_slice
fake_node_key(guint node, const char *algorithm)
{
	const bsn_signature *scheme;
	const NodeKey *key = node_key(node, algorithm, &scheme);

	g_assert_nonnull(key);
	return bsn_slice_of(key->public_key, scheme->public_key_len);
}

gboolean
fake_node_has_key(guint node, bsn_slice public_key)
{
	for (guint i = 0; i < node_keys->len; i++) {
		const NodeKey *key = node_keys->pdata[i];

		if (key->node == node &&
		    bsn_slice_equal(public_key,
				    bsn_slice_of(key->public_key,
						 key->scheme->public_key_len)))
			return TRUE;
	}
	return FALSE;
}

void
fake_chain_set_node(bsn_chain *chain, guint node)
{
	chain->node = node;
}

static int32_t
node_public_key(bsn_chain *chain, const char *algorithm, bsn_sink *public_key,
		bsn_err *err)
{
	const bsn_signature *scheme;
	const NodeKey *key;

	if (!fake_allowed(chain, "bsn_keys.node_public_key", FALSE))
		return bsn_fail(err, BSN_E_INVALID, "misuse of the keys");
	key = node_key(chain->node, algorithm, &scheme);
	if (key == NULL)
		return bsn_fail(err, BSN_NOT_FOUND, "there is no algorithm %s",
				algorithm);
	return public_key->write(public_key, key->public_key,
				 scheme->public_key_len);
}

static int32_t
node_sign(bsn_chain *chain, const char *algorithm, uint32_t convention,
	  bsn_slice message, bsn_sink *signature, bsn_err *err)
{
	guint8 bytes[BSN_SIGNATURE_MAX];
	const bsn_signature *scheme;
	const NodeKey *key;
	int32_t status;

	if (!fake_allowed(chain, "bsn_keys.node_sign", FALSE))
		return bsn_fail(err, BSN_E_INVALID, "misuse of the keys");
	key = node_key(chain->node, algorithm, &scheme);
	if (key == NULL)
		return bsn_fail(err, BSN_NOT_FOUND, "there is no algorithm %s",
				algorithm);
	status = scheme->sign(key->private_key, convention,
			      bsn_slice_of(NULL, 0), message, bytes);
	if (status != BSN_OK)
		return bsn_fail(err, status, "%s does not sign", algorithm);
	return signature->write(signature, bytes, scheme->signature_len);
}

const bsn_keys fake_keys = {
	.size = sizeof(bsn_keys),
	.node_public_key = node_public_key,
	.node_sign = node_sign,
};
