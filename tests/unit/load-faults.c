/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin that has the fault that LOAD_FAULT names, so that one module serves
 * for all of test-conform-load.c. Without, nothing is wrong with it.
 */
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <bsn/standard.h>

#ifndef PLUGIN_ID
#define PLUGIN_ID "test.load-faults"
#endif
#include "tests/bad-plugins/minimal.h"

MINIMAL_NOTE;

static int
has(const char *fault)
{
	const char *wanted = getenv("LOAD_FAULT");

	return wanted != NULL && strcmp(wanted, fault) == 0;
}

#ifdef EXPORTS_MORE
BSN_EXPORT int load_faults_extra;
#endif

/* ---- effects -------------------------------------------------------------- */

static void *
sleep_on(void *data)
{
	while (pause() < 0)
		continue;
	return NULL;
}

static void
handle(int number)
{
}

static void
open_file(void)
{
	(void)!open("/dev/null", O_RDONLY);
}

static void
start_thread(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, sleep_on, NULL);
}

/* Ends with its parent's pipe: no process is left when the check is over. */
static void
start_child(void)
{
	int ends[2];
	char byte;

	if (pipe(ends) != 0)
		return;
	if (fork() == 0) {
		close(ends[1]);
		(void)!read(ends[0], &byte, 1);
		_exit(0);
	}
	close(ends[0]);
	fcntl(ends[1], F_DUPFD, 200);
	close(ends[1]);
}

static void
set_variable(void)
{
	setenv("LOAD_FAULT_LEFT", "1", 1);
}

static void
set_handler(void)
{
	signal(SIGUSR2, handle);
}

static void
set_mask(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static void
set_locale(void)
{
	setlocale(LC_NUMERIC, "C.UTF-8");
}

static void
set_directory(void)
{
	(void)!chdir("/");
}

static void
set_umask(void)
{
	umask(0);
}

static void
set_timer(void)
{
	struct itimerval hour = { { 0, 0 }, { 3600, 0 } };

	setitimer(ITIMER_REAL, &hour, NULL);
}

static void
set_rounding(void)
{
	fesetround(FE_UPWARD);
}

static const struct {
	const char *name;
	void (*leave)(void);
} effects[] = {
	{ "file", open_file },	     { "thread", start_thread },
	{ "child", start_child },    { "variable", set_variable },
	{ "handler", set_handler },  { "mask", set_mask },
	{ "locale", set_locale },    { "directory", set_directory },
	{ "umask", set_umask },	     { "timer", set_timer },
	{ "rounding", set_rounding },
};

/* "constructor-file" leaves a file behind when `where` is "constructor-". */
static void
leave(const char *where)
{
	const char *wanted = getenv("LOAD_FAULT");
	size_t len = strlen(where);

	if (wanted == NULL || strncmp(wanted, where, len) != 0)
		return;
	for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++)
		if (strcmp(wanted + len, effects[i].name) == 0)
			effects[i].leave();
}

__attribute__((constructor)) static void
construct(void)
{
	leave("constructor-");
	if (has("crash-in-constructor"))
		abort();
}

static void
close_plugin(void)
{
	leave("close-");
}

/* ---- features ------------------------------------------------------------- */

#define ROW(table, row, required, title, ...)                                  \
	{ sizeof(bsn_feature), 0, row, NULL },

static bsn_feature all[] = { BSN_STANDARD_ROWS(ROW) };
#define ROWS (sizeof(all) / sizeof(all[0]))

/* Its own beside all rows; NULL at the end. */
static const bsn_feature *listed[ROWS + 3];
static bsn_feature own = { sizeof(own), 1, "com.acme.sharding",
			   "{\"shards\":4}" };

static void
list_features(void)
{
	for (size_t i = 0; i < ROWS; i++)
		listed[i] = &all[i];
	listed[ROWS] = &own;
	if (has("row-twice"))
		listed[ROWS + 1] = &all[3];
	if (has("row-of-nobody"))
		own.row = "sharding";
	if (has("row-misspelt"))
		own.row = "contract.deploi";
	if (has("row-left-out"))
		listed[0] = &own, listed[ROWS] = NULL;
	if (has("offered-twice"))
		own.offered = 2;
	if (has("detail-list"))
		own.detail = "[]";
	if (has("detail-text"))
		own.detail = "shards: 4";
	minimal_engine.features = listed;
}

/* ---- tables and texts ----------------------------------------------------- */

static bsn_tx_ops small_tx;
static const char *const framework = FRAMEWORK;

static void
spoil_tables(void)
{
	small_tx = tx_ops;
	minimal_engine.tx = &small_tx;
	if (has("table-too-small"))
		small_tx.size -= 8;
	if (has("table-too-large"))
		minimal_plugin.size += 8;
	if (has("member-missing"))
		small_tx.get = NULL;
	if (has("other-id"))
		minimal_plugin.id = "test.other";
	if (has("other-version"))
		minimal_plugin.version = "2.0";
	if (has("no-vendor"))
		minimal_plugin.vendor = "";
	if (has("odd-licence"))
		minimal_plugin.licence = "see LICENSE.txt, or ask";
	if (has("odd-flags"))
		minimal_plugin.flags = 0x40;
}

static const void *
query(const char *id)
{
	static bsn_engine second;
	static unsigned asked;

	if (has("query-answers-all"))
		return &minimal_engine;
	if (has("query-hides-engine"))
		return NULL;
	if (has("query-takes-prefixes"))
		return strncmp(id, BSN_ENGINE_ID, strlen(BSN_ENGINE_ID)) == 0 ?
			       &minimal_engine :
			       NULL;
	if (has("query-changes") && ++asked % 100 == 0) {
		second = minimal_engine;
		return &second;
	}
	return minimal_query(id);
}

/* ---- opening -------------------------------------------------------------- */

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	leave("open-");
	if (has("open-needs-err"))
		err->native = 1;
	if (has("open-fails"))
		return bsn_fail(err, BSN_E_VERSION, "it wants another host");
	if (has("open-fails-silently"))
		return BSN_E_VERSION;
	if (has("open-gives-nothing"))
		return BSN_OK;
	if (host->query(BSN_STORE_ID) == NULL) {
		if (has("bare-host-crashes"))
			abort();
		return has("bare-host-no-reason") ?
			       BSN_E_VERSION :
			       bsn_fail(err, BSN_E_VERSION,
					"the host of %s has no store",
					framework);
	}
	list_features();
	spoil_tables();
	minimal_plugin.query = query;
	minimal_plugin.close = close_plugin;
	*plugin = &minimal_plugin;
	return BSN_OK;
}
