/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of what an opened plugin hands out.
 */
#include <bsn/ext/public_key.h>
#include <string.h>

#include "host/plugin/check.h"
#include "tools/conform/load.h"

#define THREADS 4u
#define ROUNDS 1000u
/* An id longer than any. */
#define LONG_ID 65536u

static const struct {
	guint32 bit;
	const char *id;
} kinds[] = {
	{ BSN_KIND_ENGINE, BSN_ENGINE_ID },
	{ BSN_KIND_CONSENSUS, BSN_CONSENSUS_ID },
	{ BSN_KIND_RUNTIME, BSN_RUNTIME_ID },
	{ BSN_KIND_CRYPTO, BSN_CRYPTO_ID },
};

const void *
load_query(Run *run, const bsn_plugin *plugin, const char *id)
{
	const void *table;

	page_at(run->page, "bsn_plugin.query");
	table = plugin->query(id);
	page_at(run->page, NULL);
	return table;
}

/* ---- tables --------------------------------------------------------------- */

static Page *watched;

static void
watch(const char *where)
{
	page_at(watched, where);
}

static void
check_tables(Run *run)
{
	g_autoptr(GPtrArray) offers = g_ptr_array_new_with_free_func(g_free);
	const bsn_plugin *plugin = load_plugin(run);
	Refusal refusal = { 0 };
	gboolean good;

	watched = run->page;
	good = plugin_check(plugin, &run->subject->note, watch, offers,
			    &refusal);
	page_at(run->page, NULL);
	EXPECT(run, good, "its tables must be whole; %s", refusal.reason);
	for (guint i = 0; i < offers->len; i++)
		run_note(run, "offers %s", (const char *)offers->pdata[i]);
}

/* Of this very size when it was compiled for this minor version, and shorter when
 * for an older one (load.abi-version); required members are in all. */
static void
expect_size(Run *run, const void *table, gsize size, const char *name)
{
	guint32 said;

	if (table == NULL)
		return;
	memcpy(&said, table, sizeof(said));
	EXPECT(run,
	       run->subject->note.abi_minor == BSN_ABI_MINOR ? said == size :
							       said <= size,
	       "size of a %s must be sizeof, %zu bytes; it is %u", name, size,
	       said);
	run_note(run, "%s: %u bytes", name, said);
}

#define EXPECT_SIZE(run, table, type)                                          \
	expect_size(run, table, sizeof(type), #type)

static void
expect_engine_sizes(Run *run, const bsn_engine *engine)
{
	EXPECT_SIZE(run, engine, bsn_engine);
	EXPECT_SIZE(run, engine->chain, bsn_chain_ops);
	EXPECT_SIZE(run, engine->tx, bsn_tx_ops);
	EXPECT_SIZE(run, engine->contract, bsn_contract_ops);
	EXPECT_SIZE(run, engine->status, bsn_status_ops);
	EXPECT_SIZE(run, engine->ledger, bsn_ledger_ops);
	EXPECT_SIZE(run, engine->block, bsn_block_ops);
	EXPECT_SIZE(run, engine->event, bsn_event_ops);
	for (guint i = 0;
	     i < CHECK_ENTRIES_MAX && engine->features[i] != NULL; i++)
		if (engine->features[i]->size != sizeof(bsn_feature))
			EXPECT_SIZE(run, engine->features[i], bsn_feature);
}

static void
expect_crypto_sizes(Run *run, const bsn_crypto *crypto)
{
	EXPECT_SIZE(run, crypto, bsn_crypto);
	for (guint i = 0; crypto->hashes != NULL && i < CHECK_ENTRIES_MAX &&
			  crypto->hashes[i] != NULL;
	     i++)
		EXPECT_SIZE(run, crypto->hashes[i], bsn_hash);
	for (guint i = 0; crypto->signatures != NULL &&
			  i < CHECK_ENTRIES_MAX &&
			  crypto->signatures[i] != NULL;
	     i++)
		EXPECT_SIZE(run, crypto->signatures[i], bsn_signature);
	for (guint i = 0; crypto->ciphers != NULL && i < CHECK_ENTRIES_MAX &&
			  crypto->ciphers[i] != NULL;
	     i++)
		EXPECT_SIZE(run, crypto->ciphers[i], bsn_cipher);
}

static void
expect_public_key_sizes(Run *run, const bsn_public_key *table)
{
	EXPECT_SIZE(run, table, bsn_public_key);
	for (guint i = 0;
	     BSN_HAS(table, encryptions) && i < CHECK_ENTRIES_MAX &&
	     table->encryptions[i] != NULL;
	     i++)
		EXPECT_SIZE(run, table->encryptions[i], bsn_encryption);
	for (guint i = 0; BSN_HAS(table, agreements) && i < CHECK_ENTRIES_MAX &&
			  table->agreements[i] != NULL;
	     i++)
		EXPECT_SIZE(run, table->agreements[i], bsn_key_agreement);
}

static void
check_sizes(Run *run)
{
	const bsn_plugin *plugin = load_plugin(run);
	const bsn_engine *engine;
	const bsn_public_key *public_key;
	const bsn_crypto *crypto;

	EXPECT_SIZE(run, plugin, bsn_plugin);
	engine = load_query(run, plugin, BSN_ENGINE_ID);
	if (engine != NULL)
		expect_engine_sizes(run, engine);
	crypto = load_query(run, plugin, BSN_CRYPTO_ID);
	if (crypto != NULL)
		expect_crypto_sizes(run, crypto);
	public_key = load_query(run, plugin, BSN_PUBLIC_KEY_ID);
	if (public_key != NULL)
		expect_public_key_sizes(run, public_key);
	EXPECT_SIZE(run, load_query(run, plugin, BSN_CONSENSUS_ID), bsn_consensus);
	EXPECT_SIZE(run, load_query(run, plugin, BSN_RUNTIME_ID), bsn_runtime);
}

static void
expect_text(Run *run, const char *member, const char *text)
{
	EXPECT(run,
	       text != NULL && text[0] != '\0' &&
		       g_utf8_validate(text, -1, NULL),
	       "%s of bsn_plugin must be a text in UTF-8; it is %s", member,
	       text == NULL    ? "NULL" :
	       text[0] == '\0' ? "empty" :
				 "not UTF-8");
	run_note(run, "%s: %s", member, text);
}

/* An SPDX expression is made of these alone (SPDX 2.3, annex D). */
static void
check_texts(Run *run)
{
	const bsn_plugin *plugin = load_plugin(run);

	expect_text(run, "name", plugin->name);
	expect_text(run, "vendor", plugin->vendor);
	expect_text(run, "licence", plugin->licence);
	EXPECT(run,
	       strspn(plugin->licence, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS
		      "-.+: ()") == strlen(plugin->licence),
	       "licence of bsn_plugin must be an SPDX expression; it is "
	       "\"%s\"",
	       plugin->licence);
}

/* ---- what the note says --------------------------------------------------- */

static void
check_note_agrees(Run *run)
{
	const bsn_note_desc *note = &run->subject->note;
	const bsn_plugin *plugin = load_plugin(run);

	EXPECT(run, g_strcmp0(note->id, plugin->id) == 0,
	       "bsn_plugin must have the note's id %s; it has \"%s\"",
	       note->id, plugin->id != NULL ? plugin->id : "");
	EXPECT(run, g_strcmp0(note->version, plugin->version) == 0,
	       "bsn_plugin must have the note's version %s; it has \"%s\"",
	       note->version, plugin->version != NULL ? plugin->version : "");
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		gboolean noted = (note->kinds & kinds[i].bit) != 0;
		gboolean there = load_query(run, plugin, kinds[i].id) != NULL;

		EXPECT(run, noted == there,
		       "the note's kinds must be what query answers; the "
		       "note says %s %s, query the contrary",
		       noted ? "it has" : "it has no", kinds[i].id);
		run_note(run, "%s: %s", kinds[i].id,
			 there ? "offered" : "not offered");
	}
}

/* ---- query ---------------------------------------------------------------- */

/* Ids that nobody has, some of them almost those of the headers. */
static void
check_query_unknown(Run *run)
{
	static const char *const ids[] = {
		"", "bsn", "bsn.", "bsn.engine", "bsn.engine/",
		"bsn.engine/0", "bsn.engine/2", "bsn.engine/10",
		"bsn.engine/1 ", " bsn.engine/1", "BSN.ENGINE/1",
		"bsn.crypto/2", "bsn.consensus/2", "bsn.runtime/2",
		"bsn.no-such-interface/1", "com.example.nothing/1",
		"\xff\xfe", "%s%n", "../../etc/passwd",
	};
	const bsn_plugin *plugin = load_plugin(run);
	g_autofree char *long_id = g_strnfill(LONG_ID, 'a');

	for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
		EXPECT(run, load_query(run, plugin, ids[i]) == NULL,
		       "query must answer NULL for an interface that is not "
		       "offered; for \"%s\" it answers a table",
		       ids[i]);
	EXPECT(run, load_query(run, plugin, long_id) == NULL,
	       "query must answer NULL for an id of 64 KiB; it answers a "
	       "table");
	run_note(run, "%zu ids that nobody has, and one of 64 KiB: NULL",
		 G_N_ELEMENTS(ids));
}

typedef struct {
	const bsn_plugin *plugin;
	const void *first[G_N_ELEMENTS(kinds)];
	gint others; /* answers that were not the first one */
} Askers;

static gpointer
ask(gpointer data)
{
	Askers *askers = data;

	for (guint round = 0; round < ROUNDS; round++)
		for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
			if (askers->plugin->query(kinds[i].id) !=
			    askers->first[i])
				g_atomic_int_inc(&askers->others);
	return NULL;
}

/* It is [any]: on several threads at once. */
static void
check_query_stable(Run *run)
{
	Askers askers = { .plugin = load_plugin(run) };
	GThread *threads[THREADS];

	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		askers.first[i] = load_query(run, askers.plugin, kinds[i].id);
	page_at(run->page, "bsn_plugin.query");
	for (guint i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("ask", ask, &askers);
	for (guint i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
	page_at(run->page, NULL);
	EXPECT(run, g_atomic_int_get(&askers.others) == 0,
	       "query must answer one table for one id; it answered others");
	run_note(run, "%u threads asked %u times each: the same tables",
		 THREADS, ROUNDS);
}

#define TABLE_CHECK(id, sentence, clause, run)                          \
	{ "load." id, sentence ".", NULL, clause, LEVEL_LOADS, 1, 0, run, 0 }

static const Check checks[] = {
	TABLE_CHECK("tables",
		    "Its tables have all that is required of them",
		    "base.h: rule 2", check_tables),
	TABLE_CHECK("table-sizes",
		    "Its tables say how large they are, to the byte",
		    "base.h: BSN_TABLE_HEAD", check_sizes),
	TABLE_CHECK("texts",
		    "It says its name, vendor and licence",
		    "plugin.h: bsn_plugin", check_texts),
	TABLE_CHECK("note-agrees",
		    "Its note says what it says when it is opened",
		    "plugin.h: bsn_plugin", check_note_agrees),
	TABLE_CHECK("query-unknown",
		    "It answers NULL for interfaces that it does not offer",
		    "plugin.h: bsn_plugin.query", check_query_unknown),
	TABLE_CHECK("query-stable",
		    "It answers one table for one interface, on any thread",
		    "plugin.h: bsn_plugin.query", check_query_stable),
};

CHECK_GROUP(checks_load_tables, checks);
