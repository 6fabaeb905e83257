/* SPDX-License-Identifier: Apache-2.0
 *
 * The fake host itself: its plugins and its time.
 */
#include "tests/unit/fake-compiler.h"
#include "tests/unit/fake-private.h"
#include "tests/unit/fake-grpc.h"
#include "tests/unit/fake-session.h"

#include <dlfcn.h>
#include <string.h>

#include <bsn/helpers/error.h>

/* Calls of one settle, far above what a test causes: beyond, a timer of no
 * delay is set again and again. */
#define SETTLE_MAX 1000000u

typedef struct {
	char *file;
	bsn_plugin_open_fn open;
	const bsn_plugin *plugin;
} Loaded;

/* Plugins stay for the life of the process, as the ABI has it. */
static GArray *loaded; /* Loaded */
static guint64 now_ms = FAKE_START_MS;

void
fake_broke(const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_printerr("# broken rule: %s\n", text);
	g_test_fail_printf("%s", text);
}

/* ---- plugins ------------------------------------------------------------- */

static void
register_crypto(const bsn_crypto *crypto)
{
	for (guint i = 0; BSN_HAS(crypto, hashes) && crypto->hashes[i]; i++)
		fake_host_add_hash(crypto->hashes[i]);
	for (guint i = 0; BSN_HAS(crypto, signatures) && crypto->signatures[i];
	     i++)
		fake_host_add_signature(crypto->signatures[i]);
}

static const bsn_plugin *
open_plugin(const char *file, bsn_plugin_open_fn open)
{
	Loaded entry = { g_strdup(file), open, NULL };
	bsn_err err = BSN_ERR_INIT;
	int32_t status = open(fake_host(), &entry.plugin, &err);

	if (status != BSN_OK)
		g_error("%s cannot be opened: %d %s", file, status,
			err.reason);
	g_array_append_val(loaded, entry);
	register_crypto(bsn_crypto_of(entry.plugin));
	if (bsn_consensus_of(entry.plugin) != NULL)
		fake_host_add_consensus(bsn_consensus_of(entry.plugin));
	if (bsn_runtime_of(entry.plugin) != NULL)
		fake_host_add_runtime(bsn_runtime_of(entry.plugin));
	return entry.plugin;
}

static const bsn_plugin *
find_loaded(const char *file, bsn_plugin_open_fn open)
{
	if (loaded == NULL)
		loaded = g_array_new(FALSE, FALSE, sizeof(Loaded));
	for (guint i = 0; i < loaded->len; i++) {
		const Loaded *entry = &g_array_index(loaded, Loaded, i);

		if (open != NULL ? entry->open == open
				 : strcmp(entry->file, file) == 0)
			return entry->plugin;
	}
	return NULL;
}

const bsn_plugin *
fake_host_open(bsn_plugin_open_fn open)
{
	const bsn_plugin *plugin = find_loaded(NULL, open);

	return plugin != NULL ? plugin : open_plugin("(linked)", open);
}

const bsn_plugin *
fake_host_load(const char *file)
{
	g_autofree char *path =
		g_test_build_filename(G_TEST_BUILT, "modules", file, NULL);
	const bsn_plugin *plugin = find_loaded(file, NULL);
	bsn_plugin_open_fn open;
	void *object;

	if (plugin != NULL)
		return plugin;
	object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (object == NULL)
		g_error("%s cannot be loaded: %s", path, dlerror());
	*(void **)&open = dlsym(object, BSN_PLUGIN_OPEN_SYMBOL);
	if (open == NULL)
		g_error("%s has no " BSN_PLUGIN_OPEN_SYMBOL, path);
	return open_plugin(file, open);
}

static const void *
query(const char *id)
{
	static const struct {
		const char *id;
		const void *table;
	} services[] = {
		{ BSN_LOG_ID, &fake_log },
		{ BSN_CLOCK_ID, &fake_clock },
		{ BSN_TIMER_ID, &fake_timer },
		{ BSN_RANDOM_ID, &fake_random },
		{ BSN_STORE_ID, &fake_store },
		{ BSN_CRYPTO_BY_NAME_ID, &fake_crypto },
		{ BSN_KEYS_ID, &fake_keys },
		{ BSN_PARALLEL_ID, &fake_parallel },
		{ BSN_RUNTIMES_ID, &fake_runtimes },
		{ BSN_CONSENSUSES_ID, &fake_consensuses },
		{ BSN_REPLY_ID, &sim_reply_table },
		{ BSN_EVENTS_ID, &fake_events },
		{ BSN_CHAIN_ID, &fake_chain_service },
		{ BSN_SESSION_ID, &fake_session_table },
		{ BSN_GRPC_ID, &fake_grpc_table },
		{ BSN_COMPILER_ID, &fake_compiler_table },
	};

	if (strcmp(id, BSN_NET_ID) == 0)
		return fake_net_service();
	for (gsize i = 0; i < G_N_ELEMENTS(services); i++)
		if (strcmp(services[i].id, id) == 0)
			return services[i].table;
	return NULL;
}

const bsn_host *
fake_host(void)
{
	static const bsn_host host = {
		.size = sizeof(bsn_host),
		.name = "fake-host",
		.version = "0",
		.query = query,
	};

	return &host;
}

/* ---- time ---------------------------------------------------------------- */

void
fake_host_reset(guint64 seed)
{
	if (fake_chains()->len > 0)
		fake_broke("%u chains of an earlier test still exist",
			   fake_chains()->len);
	now_ms = FAKE_START_MS;
	fake_services_reset(seed);
}

guint64
fake_host_now_ms(void)
{
	return now_ms;
}

/* One round over all chains; whether anything happened. */
static gboolean
settle_once(void)
{
	gboolean any = FALSE;

	for (guint i = 0; i < fake_chains()->len; i++) {
		bsn_chain *chain = fake_chains()->pdata[i];

		if (chain->state != FAKE_OPEN)
			continue;
		if (chain->automatic && fake_chain_pending_batches(chain) > 0) {
			fake_chain_make_durable(chain, 1);
			any = TRUE;
		}
		any |= fake_timer_fire(chain, now_ms);
	}
	return any;
}

void
fake_host_settle(void)
{
	for (guint i = 0; settle_once(); i++)
		if (i > SETTLE_MAX)
			g_error("the chains never settle");
}

static guint64
next_timer(void)
{
	guint64 next = G_MAXUINT64;

	for (guint i = 0; i < fake_chains()->len; i++)
		next = MIN(next, fake_timer_next(fake_chains()->pdata[i]));
	return next;
}

void
fake_host_advance(guint64 ms)
{
	guint64 target = now_ms + ms;

	fake_host_settle();
	for (guint64 next = next_timer(); next <= target;
	     next = next_timer()) {
		now_ms = MAX(now_ms, next);
		fake_host_settle();
	}
	now_ms = target;
}
