/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/target.h"

#include <string.h>

#include "identity/certificate.h"
#include "tools/ctl/hex.h"
#include "tools/ctl/private_file.h"
#include "tools/ctl/transact.h"

/* Blocks after which a transaction that is still not in one expires; chains
 * that allow less say so, and their own default is taken. */
#define BLOCK_LIMIT_AHEAD 900u

/* ---- hosts -------------------------------------------------------------- */

static void
host_free(gpointer data)
{
	TargetHost *host = data;

	client_free(host->ctl.client);
	node_free(host->ctl.node);
	g_free(host->ops_url);
	g_free(host);
}

/* "http://127.0.0.1:9464" of the config; NULL when there is none. */
static char *
find_ops_url(const Node *node)
{
	g_autoptr(GKeyFile) config = g_key_file_new();
	g_autofree char *file = NULL;
	g_autofree char *listen = NULL;

	if (node->directory == NULL || node->url != NULL)
		return NULL;
	file = node_path(node, NODE_CONFIG);
	if (g_key_file_load_from_file(config, file, G_KEY_FILE_NONE, NULL))
		listen = g_key_file_get_string(config, "ops", "listen", NULL);
	return listen != NULL && *listen != '\0'
		       ? g_strconcat("http://", listen, NULL)
		       : NULL;
}

static gboolean
add_host(Target *target, const BenchOptions *options, const char *spec,
	 GError **error)
{
	TargetHost *host = g_new0(TargetHost, 1);
	Node *node;

	host->ctl = (Ctl){ .spec = spec,
			   .id = options->id,
			   .timeout_ms = options->timeout_ms };
	g_ptr_array_add(target->hosts, host);
	node = ctl_node(&host->ctl, error);
	if (node == NULL || ctl_client(&host->ctl, error) == NULL)
		return FALSE;
	host->ops_url = find_ops_url(node);
	return TRUE;
}

gboolean
target_init(Target *target, const BenchOptions *options, GError **error)
{
	char **nodes = options->nodes;

	target->chain = options->chain;
	target->hosts = g_ptr_array_new_with_free_func(host_free);
	if (nodes == NULL)
		return add_host(target, options, NULL, error);
	for (; *nodes != NULL; nodes++)
		if (!add_host(target, options, *nodes, error))
			return FALSE;
	return TRUE;
}

void
target_clear(Target *target)
{
	if (target->hosts != NULL)
		g_ptr_array_unref(target->hosts);
}

static Ctl *
first_host(const Target *target)
{
	return &((TargetHost *)target->hosts->pdata[0])->ctl;
}

gboolean
target_height(Client *client, const char *chain, guint timeout_ms,
	      guint64 *height, GError **error)
{
	g_autoptr(GString) path =
		client_target("chains", chain, "ledger", NULL);
	json_t *ledger = client_request(client, "GET", path->str, NULL,
					timeout_ms, error);

	if (ledger == NULL)
		return FALSE;
	*height = (guint64)json_integer_value(
		json_object_get(ledger, "height"));
	json_decref(ledger);
	return TRUE;
}

gboolean
target_metrics(const Target *target, Metrics *metrics, GError **error)
{
	memset(metrics, 0, sizeof(*metrics));
	for (guint i = 0; i < target->hosts->len; i++) {
		const TargetHost *host = target->hosts->pdata[i];

		if (host->ops_url == NULL ||
		    !metrics_add_host(metrics, host->ops_url, target->chain,
				      error))
			return FALSE;
	}
	return TRUE;
}

/* ---- the key ------------------------------------------------------------ */

static gboolean
make_keys(const char *directory, GError **error)
{
	g_autofree char *own = g_build_filename(directory, "key.pem", NULL);
	g_autofree char *keys = g_build_filename(directory, "keys", NULL);
	g_autofree char *file =
		g_build_filename(keys, "secp256k1.key", NULL);
	guint8 public_key[SIGNER_PUBLIC_KEY_LEN];
	EVP_PKEY *key = identity_key_new("sm2", error);
	gboolean ok = key != NULL && identity_save_key(key, own, error) &&
		      private_directory_make(keys, error) &&
		      signer_new_secp256k1(file, public_key, error);

	EVP_PKEY_free(key);
	return ok;
}

/* A new key of each kind, which is nowhere kept. */
static Signer *
make_signer(GError **error)
{
	g_autofree char *directory = g_dir_make_tmp("bsn-bench-XXXXXX", error);
	Signer *signer = NULL;

	if (directory == NULL)
		return NULL;
	if (make_keys(directory, error))
		signer = signer_load(directory, error);
	private_directory_remove(directory);
	return signer;
}

static Signer *
load_signer(Ctl *ctl, GError **error)
{
	g_autofree char *directory =
		node_identity_path(ctl->node, ctl->id, NULL, error);

	return directory != NULL ? signer_load(directory, error) : NULL;
}

/* ---- the first transaction ---------------------------------------------- */

static json_t *
ask_prepare(Target *target, const BenchOptions *options, const guint8 *key,
	    guint64 block_limit, GError **error)
{
	g_autofree char *hex = ctl_hex_encode(key, SIGNER_PUBLIC_KEY_LEN, TRUE);
	json_t *args = ctl_read_json(options->args, "--args", error);
	json_t *body, *answer;

	if (args == NULL)
		return NULL;
	body = json_pack("{s:s, s:s, s:s, s:o, s:s}", "kind", "invoke",
			 "contract", options->contract, "function",
			 options->function, "args", args, "public_key", hex);
	if (block_limit > 0)
		json_object_set_new(body, "options",
				    json_pack("{s:I}", "block_limit",
					      (json_int_t)block_limit));
	answer = ctl_ask(first_host(target), "POST",
			 client_target("chains", target->chain, "txs",
				       "prepare", NULL),
			 body, error);
	json_decref(body);
	return answer;
}

static json_t *
prepare(Target *target, const BenchOptions *options, const guint8 *key,
	guint64 height, GError **error)
{
	json_t *round = ask_prepare(target, options, key,
				    height + BLOCK_LIMIT_AHEAD, NULL);

	return round != NULL ? round
			     : ask_prepare(target, options, key, 0, error);
}

static const char *
text_of(json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

/* Signs what the host gave, and has it made a transaction. */
static GBytes *
finish(Target *target, const Signer *signer, json_t *round, GError **error)
{
	json_t *answer = transact_sign(first_host(target), target->chain, signer,
				       round, error);
	GBytes *tx;

	if (answer == NULL)
		return NULL;
	tx = ctl_hex_decode(text_of(answer, "tx"));
	json_decref(answer);
	if (tx == NULL)
		ctl_fail(error, CTL_ERROR_FAILED,
			 "the chain asks for a second signature\nOnly chains "
			 "of the framework fisco are measured.");
	return tx;
}

/* Any key will do to ask which algorithm the chain wants; a signer without one
 * is replaced by one that has all. */
static gboolean
learn_signing(Target *target, const BenchOptions *options, guint64 height,
	      Signer **signer, json_t **round, GError **error)
{
	const guint8 *tried = signer_public_key(
		*signer, signer_own_algorithm(*signer));
	json_t *any = prepare(target, options, tried, height, error);
	g_autofree char *algorithm = g_strdup(text_of(any, "algorithm"));

	json_decref(any);
	if (any == NULL)
		return FALSE;
	if (signer_public_key(*signer, algorithm) == NULL) {
		signer_free(*signer);
		*signer = make_signer(error);
	}
	if (*signer == NULL)
		return FALSE;
	if (signer_public_key(*signer, algorithm) == NULL)
		return ctl_fail(error, CTL_ERROR_FAILED,
				"the chain asks for signatures by '%s', which "
				"this program cannot make",
				algorithm);
	*round = prepare(target, options,
			 signer_public_key(*signer, algorithm), height, error);
	return *round != NULL;
}

gboolean
workshop_init(Workshop *workshop, Target *target, const BenchOptions *options,
	      GError **error)
{
	Ctl *ctl = first_host(target);
	g_autoptr(GBytes) first = NULL;
	json_t *round = NULL;
	guint64 height;

	workshop->signer = load_signer(ctl, error);
	if (workshop->signer == NULL ||
	    !target_height(ctl->client, target->chain, ctl->timeout_ms,
			   &height, error) ||
	    !learn_signing(target, options, height, &workshop->signer, &round,
			   error))
		return FALSE;
	first = finish(target, workshop->signer, round, error);
	if (first != NULL) {
		const FiscoSigning how = { text_of(round, "algorithm"),
					   text_of(round, "convention") };

		workshop->pattern = fisco_pattern_new(first, &how, error);
	}
	json_decref(round);
	if (workshop->pattern == NULL)
		return FALSE;
	workshop->lifetime =
		fisco_pattern_block_limit(workshop->pattern) - height;
	return TRUE;
}

void
workshop_clear(Workshop *workshop)
{
	fisco_pattern_free(workshop->pattern);
	signer_free(workshop->signer);
}

/* ---- all of them -------------------------------------------------------- */

typedef struct {
	const FiscoPattern *pattern;
	const Signer *signer;
	GBytes **txs;
	guint64 n, next; /* atomic */
	gint failed;     /* atomic */
} Signing;

static gpointer
sign_some(gpointer data)
{
	Signing *signing = data;

	for (;;) {
		guint64 i = __atomic_fetch_add(&signing->next, 1,
					       __ATOMIC_RELAXED);

		if (i >= signing->n || g_atomic_int_get(&signing->failed))
			return NULL;
		signing->txs[i] = fisco_pattern_make(signing->pattern,
						     signing->signer, NULL);
		if (signing->txs[i] == NULL)
			g_atomic_int_set(&signing->failed, 1);
	}
}

static GPtrArray *
sign_all(const FiscoPattern *pattern, const Signer *signer, guint64 n,
	 GError **error)
{
	GPtrArray *txs =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	const guint cores = g_get_num_processors();
	g_autofree GThread **threads = g_new(GThread *, cores);
	Signing signing = { .pattern = pattern, .signer = signer, .n = n };

	g_ptr_array_set_size(txs, (gint)n);
	signing.txs = (GBytes **)txs->pdata;
	for (guint i = 0; i < cores; i++)
		threads[i] = g_thread_new("sign", sign_some, &signing);
	for (guint i = 0; i < cores; i++)
		g_thread_join(threads[i]);
	if (!signing.failed)
		return txs;
	g_ptr_array_unref(txs);
	ctl_fail(error, CTL_ERROR_FAILED, "signing failed");
	return NULL;
}

GPtrArray *
workshop_make(const Workshop *workshop, guint64 n, GError **error)
{
	return sign_all(workshop->pattern, workshop->signer, n, error);
}
