/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/check.h"

#include <jansson.h>
#include <string.h>

#include <bsn/ext/io.h>
#include <bsn/ext/public_key.h>
#include <bsn/ext/tree.h>

#include "host/plugin/check_members.h"
#include "host/plugin/check_more.h"
#include "host/plugin/kat.h"
#include "host/plugin/note.h"
#include "host/status.h"

/* Bytes of key or initial value of a cipher. */
#define CIPHER_KEY_MAX 64u

typedef struct {
	const bsn_plugin *plugin;
	PluginCheckWatcher at;
	GPtrArray *offers;
	Refusal *refusal;
} Check;

static void G_GNUC_PRINTF(2, 3)
run_at(const Check *check, const char *format, ...)
{
	g_autofree char *where = NULL;
	va_list args;

	if (check->at == NULL)
		return;
	va_start(args, format);
	where = g_strdup_vprintf(format, args);
	va_end(args);
	check->at(where);
}

/* ---- members ------------------------------------------------------------ */

DEFINE_HAS(bsn_plugin, BSN_PLUGIN_REQUIRED)
DEFINE_HAS(bsn_engine, BSN_ENGINE_REQUIRED)
DEFINE_HAS(bsn_chain_ops, BSN_CHAIN_OPS_REQUIRED)
DEFINE_HAS(bsn_tx_ops, BSN_TX_OPS_REQUIRED)
DEFINE_HAS(bsn_contract_ops, BSN_CONTRACT_OPS_REQUIRED)
DEFINE_HAS(bsn_status_ops, BSN_STATUS_OPS_REQUIRED)
DEFINE_HAS(bsn_ledger_ops, BSN_LEDGER_OPS_REQUIRED)
DEFINE_HAS(bsn_block_ops, BSN_BLOCK_OPS_REQUIRED)
DEFINE_HAS(bsn_event_ops, BSN_EVENT_OPS_REQUIRED)
DEFINE_HAS(bsn_consensus, BSN_CONSENSUS_REQUIRED)
DEFINE_HAS(bsn_runtime, BSN_RUNTIME_REQUIRED)
DEFINE_HAS(bsn_hash, BSN_HASH_REQUIRED)
DEFINE_HAS(bsn_signature, BSN_SIGNATURE_REQUIRED)
DEFINE_HAS(bsn_cipher, BSN_CIPHER_REQUIRED)
DEFINE_HAS(bsn_encryption, BSN_ENCRYPTION_REQUIRED)
DEFINE_HAS(bsn_key_agreement, BSN_KEY_AGREEMENT_REQUIRED)
DEFINE_HAS(bsn_io_user, BSN_IO_USER_REQUIRED)
DEFINE_HAS(bsn_tree_consensus, BSN_TREE_CONSENSUS_REQUIRED)

/* ---- values ------------------------------------------------------------- */

/* Notes an offer, of which there is at most one of each name. */
static gboolean
offer(const Check *check, const char *kind, const char *name)
{
	g_autofree char *text = NULL;

	if (!plugin_name_is_valid(name)) {
		g_autofree char *shown = plugin_text(name, -1, 64);

		return refuse(check->refusal, RULE_BAD_TABLE,
			      "the name \"%s\" of its %s is not 1 to 63 of "
			      "a-z 0-9 . _ -",
			      shown, kind);
	}
	text = g_strconcat(kind, " ", name, NULL);
	if (g_ptr_array_find_with_equal_func(check->offers, text, g_str_equal,
					     NULL))
		return refuse(check->refusal, RULE_BAD_TABLE,
			      "offers %s twice", text);
	g_ptr_array_add(check->offers, g_steal_pointer(&text));
	return TRUE;
}

static gboolean
is_within(const Check *check, const char *algorithm, const char *member,
	  guint32 value, guint32 max)
{
	if (value >= 1 && value <= max)
		return TRUE;
	return refuse(check->refusal, RULE_BAD_TABLE,
		      "the %s of its %s is %u, not 1 to %u", member, algorithm,
		      value, max);
}

static gboolean
is_json(const Check *check, const char *what, const char *text, json_type type)
{
	json_error_t error = { .text = "it is longer" };
	gsize len = strnlen(text, CHECK_JSON_MAX + 1);
	json_t *json = NULL;
	gboolean good;

	if (len <= CHECK_JSON_MAX)
		json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	good = json != NULL && json_typeof(json) == type;
	if (!good)
		refuse(check->refusal, RULE_BAD_TABLE,
		       "%s is not a JSON %s of at most %u bytes: %s", what,
		       type == JSON_OBJECT ? "object" : "array",
		       CHECK_JSON_MAX,
		       json != NULL ? "it is of another type" : error.text);
	json_decref(json);
	return good;
}

/* ---- engines ------------------------------------------------------------ */

static gboolean
check_feature(const Check *check, const bsn_feature *feature)
{
	g_autofree char *what = NULL;

	if (!BSN_HAS(feature, row))
		return refuse(check->refusal, RULE_MISSING_MEMBER,
			      "one of its bsn_feature has no row, which is "
			      "required");
	if (!plugin_name_is_valid(feature->row)) {
		g_autofree char *shown = plugin_text(feature->row, -1, 64);

		return refuse(check->refusal, RULE_BAD_TABLE,
			      "\"%s\" is no row of the standard", shown);
	}
	if (!BSN_HAS(feature, detail))
		return TRUE;
	what = g_strdup_printf("the detail of its feature %s", feature->row);
	return is_json(check, what, feature->detail, JSON_OBJECT);
}

static gboolean
check_features(const Check *check, const bsn_feature *const *features)
{
	for (guint i = 0; features[i] != NULL; i++) {
		if (i == CHECK_ENTRIES_MAX)
			return refuse(check->refusal, RULE_BAD_TABLE,
				      "its list of features has no end within "
				      "%u entries",
				      CHECK_ENTRIES_MAX);
		if (!check_feature(check, features[i]))
			return FALSE;
	}
	return TRUE;
}

static gboolean
check_engine(const Check *check, const void *table)
{
	const bsn_engine *engine = table;
	Refusal *refusal = check->refusal;

	return has_bsn_engine(engine, refusal) &&
	       has_bsn_chain_ops(engine->chain, refusal) &&
	       has_bsn_tx_ops(engine->tx, refusal) &&
	       has_bsn_contract_ops(engine->contract, refusal) &&
	       has_bsn_status_ops(engine->status, refusal) &&
	       has_bsn_ledger_ops(engine->ledger, refusal) &&
	       has_bsn_block_ops(engine->block, refusal) &&
	       has_bsn_event_ops(engine->event, refusal) &&
	       check_features(check, engine->features) &&
	       plugin_check_engine_more(engine, check->at, refusal) &&
	       offer(check, "framework", engine->framework);
}

/* ---- consensus, runtime ------------------------------------------------- */

static gboolean
check_consensus(const Check *check, const void *table)
{
	const bsn_consensus *consensus = table;

	return has_bsn_consensus(consensus, check->refusal) &&
	       (!BSN_HAS(consensus, tree) ||
		has_bsn_tree_consensus(consensus->tree, check->refusal)) &&
	       offer(check, "consensus", consensus->name);
}

static gboolean
check_runtime(const Check *check, const void *table)
{
	const bsn_runtime *runtime = table;

	return has_bsn_runtime(runtime, check->refusal) &&
	       is_json(check, "the languages of its runtime",
		       runtime->languages, JSON_ARRAY) &&
	       plugin_check_runtime_more(runtime, check->at, check->refusal) &&
	       offer(check, "runtime", runtime->name);
}

/* ---- algorithms --------------------------------------------------------- */

static gboolean
check_hash(const Check *check, const void *table)
{
	const bsn_hash *hash = table;

	if (!has_bsn_hash(hash, check->refusal) ||
	    !offer(check, "hash", hash->name) ||
	    !is_within(check, hash->name, "digest_len", hash->digest_len,
		       BSN_DIGEST_MAX) ||
	    !is_within(check, hash->name, "block_len", hash->block_len,
		       TABLE_SIZE_MAX))
		return FALSE;
	run_at(check, "the known-answer tests of hash %s", hash->name);
	return kat_hash(hash, check->refusal);
}

static gboolean
check_signature(const Check *check, const void *table)
{
	const bsn_signature *scheme = table;

	if (!has_bsn_signature(scheme, check->refusal) ||
	    !offer(check, "signature", scheme->name) ||
	    !is_within(check, scheme->name, "public_key_len",
		       scheme->public_key_len, BSN_PUBLIC_KEY_MAX) ||
	    !is_within(check, scheme->name, "signature_len",
		       scheme->signature_len, BSN_SIGNATURE_MAX))
		return FALSE;
	run_at(check, "the known-answer tests of signature %s", scheme->name);
	return kat_signature(scheme, check->refusal);
}

static gboolean
check_cipher(const Check *check, const void *table)
{
	const bsn_cipher *cipher = table;

	if (!has_bsn_cipher(cipher, check->refusal) ||
	    !offer(check, "cipher", cipher->name) ||
	    !is_within(check, cipher->name, "key_len", cipher->key_len,
		       CIPHER_KEY_MAX) ||
	    !is_within(check, cipher->name, "iv_len", cipher->iv_len,
		       CIPHER_KEY_MAX))
		return FALSE;
	run_at(check, "the known-answer tests of cipher %s", cipher->name);
	return kat_cipher(cipher, check->refusal);
}

static gboolean
check_encryption(const Check *check, const void *table)
{
	const bsn_encryption *encryption = table;

	if (!has_bsn_encryption(encryption, check->refusal) ||
	    !offer(check, "encryption", encryption->name) ||
	    !is_within(check, encryption->name, "public_key_len",
		       encryption->public_key_len, BSN_PUBLIC_KEY_MAX))
		return FALSE;
	run_at(check, "the known-answer tests of encryption %s",
	       encryption->name);
	return kat_encryption(encryption, check->refusal);
}

static gboolean
check_agreement(const Check *check, const void *table)
{
	const bsn_key_agreement *agreement = table;

	if (!has_bsn_key_agreement(agreement, check->refusal) ||
	    !offer(check, "agreement", agreement->name) ||
	    !is_within(check, agreement->name, "public_key_len",
		       agreement->public_key_len, BSN_PUBLIC_KEY_MAX) ||
	    !is_within(check, agreement->name, "confirmation_len",
		       agreement->confirmation_len, BSN_CONFIRMATION_MAX))
		return FALSE;
	run_at(check, "the known-answer tests of agreement %s",
	       agreement->name);
	return kat_agreement(agreement, check->refusal);
}

/* `list` is an array of pointers ended by NULL, or NULL. */
static gboolean
check_algorithms(const Check *check, const void *list,
		 gboolean (*check_one)(const Check *, const void *))
{
	const void *const *entries = list;

	for (guint i = 0; entries != NULL && entries[i] != NULL; i++) {
		if (i == CHECK_ENTRIES_MAX)
			return refuse(check->refusal, RULE_BAD_TABLE,
				      "a list of its algorithms has no end "
				      "within %u entries",
				      CHECK_ENTRIES_MAX);
		if (!check_one(check, entries[i]))
			return FALSE;
	}
	return TRUE;
}

static gboolean
check_crypto(const Check *check, const void *table)
{
	const bsn_crypto *crypto = table;

	return plugin_has_a_size(crypto, "bsn_crypto", check->refusal) &&
	       (!BSN_HAS(crypto, hashes) ||
		check_algorithms(check, crypto->hashes, check_hash)) &&
	       (!BSN_HAS(crypto, signatures) ||
		check_algorithms(check, crypto->signatures,
				 check_signature)) &&
	       (!BSN_HAS(crypto, ciphers) ||
		check_algorithms(check, crypto->ciphers, check_cipher));
}

static gboolean
check_public_key(const Check *check, guint32 noted)
{
	const bsn_public_key *table;

	run_at(check, "query(\"%s\")", BSN_PUBLIC_KEY_ID);
	table = bsn_public_key_of(check->plugin);
	if (table == NULL)
		return TRUE;
	if ((noted & BSN_KIND_CRYPTO) == 0)
		return refuse(check->refusal, RULE_NOTE_MISMATCH,
			      "answers a table for %s, but its note does not "
			      "say that it is a crypto plugin",
			      BSN_PUBLIC_KEY_ID);
	return plugin_has_a_size(table, "bsn_public_key", check->refusal) &&
	       (!BSN_HAS(table, encryptions) ||
		check_algorithms(check, table->encryptions,
				 check_encryption)) &&
	       (!BSN_HAS(table, agreements) ||
		check_algorithms(check, table->agreements, check_agreement));
}

/* ---- the plugin --------------------------------------------------------- */

static const struct {
	guint32 bit;
	const char *id;
	gboolean (*check)(const Check *check, const void *table);
} kinds[] = {
	{ BSN_KIND_CRYPTO, BSN_CRYPTO_ID, check_crypto },
	{ BSN_KIND_CONSENSUS, BSN_CONSENSUS_ID, check_consensus },
	{ BSN_KIND_RUNTIME, BSN_RUNTIME_ID, check_runtime },
	{ BSN_KIND_ENGINE, BSN_ENGINE_ID, check_engine },
};

static gboolean
check_kind(const Check *check, guint32 noted, gsize i)
{
	const void *table;

	run_at(check, "query(\"%s\")", kinds[i].id);
	table = check->plugin->query(kinds[i].id);
	if (table == NULL && (noted & kinds[i].bit) != 0)
		return refuse(check->refusal, RULE_NOTE_MISMATCH,
			      "its note promises %s, but query answers NULL "
			      "for it",
			      kinds[i].id);
	if (table != NULL && (noted & kinds[i].bit) == 0)
		return refuse(check->refusal, RULE_NOTE_MISMATCH,
			      "answers a table for %s, of which its note says "
			      "nothing",
			      kinds[i].id);
	return table == NULL || kinds[i].check(check, table);
}

/* The flag alone does no harm: it then has no use for the host's I/O. */
static gboolean
check_io(const Check *check)
{
	const bsn_io_user *user;

	run_at(check, "query(\"%s\")", BSN_IO_ID);
	user = check->plugin->query(BSN_IO_ID);
	if (user == NULL)
		return TRUE;
	if ((check->plugin->flags & BSN_PLUGIN_DOES_IO) == 0)
		return refuse(check->refusal, RULE_BAD_TABLE,
			      "answers a table for %s without "
			      "BSN_PLUGIN_DOES_IO in its flags",
			      BSN_IO_ID);
	return has_bsn_io_user(user, check->refusal);
}

static gboolean
equals_note(const Check *check, const char *member, const char *noted,
	    const char *said)
{
	g_autofree char *shown = plugin_text(said, -1, BSN_NOTE_TEXT_MAX);

	if (strcmp(noted, said) == 0)
		return TRUE;
	return refuse(check->refusal, RULE_NOTE_MISMATCH,
		      "its note says %s \"%s\", but bsn_plugin says \"%s\"",
		      member, noted, shown);
}

gboolean
plugin_check(const bsn_plugin *plugin, const bsn_note_desc *note,
	     PluginCheckWatcher at, GPtrArray *offers, Refusal *refusal)
{
	const Check check = { plugin, at, offers, refusal };

	run_at(&check, "the check of its bsn_plugin");
	if (!has_bsn_plugin(plugin, refusal) ||
	    !equals_note(&check, "id", note->id, plugin->id) ||
	    !equals_note(&check, "version", note->version, plugin->version))
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (!check_kind(&check, note->kinds, i))
			return FALSE;
	if (!check_public_key(&check, note->kinds) || !check_io(&check))
		return FALSE;
	if (offers->len == 0)
		return refuse(refusal, RULE_BAD_TABLE, "offers nothing");
	return TRUE;
}

const bsn_plugin *
plugin_open(bsn_plugin_open_fn open, const bsn_host *host, Refusal *refusal)
{
	bsn_err err = { .size = sizeof(err) };
	const bsn_plugin *plugin = NULL;
	int32_t status = open(host, &plugin, &err);
	g_autofree char *reason =
		plugin_text(err.reason, sizeof(err.reason), BSN_REASON_MAX);

	if (status != BSN_OK) {
		refuse(refusal, RULE_OPEN_FAILED,
		       "refuses to open (%s): %s", status_name(status),
		       reason[0] != '\0' ? reason : "it gave no reason");
		return NULL;
	}
	if (plugin == NULL)
		refuse(refusal, RULE_BAD_TABLE,
		       "answers BSN_OK in bsn_plugin_open, but no plugin");
	return plugin;
}
