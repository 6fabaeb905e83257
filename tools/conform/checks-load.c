/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of loading and opening a plugin.
 */
#include <dlfcn.h>
#include <string.h>

#include "host/plugin/check.h"
#include "host/plugin/scan_host.h"
#include "host/status.h"
#include "tools/conform/load.h"
#include "tools/conform/snapshot.h"

/* ---- by hand -------------------------------------------------------------- */

bsn_plugin_open_fn
load_module(Run *run)
{
	bsn_plugin_open_fn open;
	void *module;

	page_at(run->page, "a constructor");
	module = dlopen(run->subject->path, RTLD_NOW | RTLD_LOCAL);
	page_at(run->page, NULL);
	EXPECT(run, module != NULL, "it must be possible to load it; %s",
	       dlerror());
	*(void **)&open = dlsym(module, BSN_PLUGIN_OPEN_SYMBOL);
	EXPECT(run, open != NULL, "it must export %s; it does not",
	       BSN_PLUGIN_OPEN_SYMBOL);
	return open;
}

static int32_t
open_with(Run *run, bsn_plugin_open_fn open, const bsn_host *host,
	  const bsn_plugin **plugin, bsn_err *err)
{
	int32_t status;

	page_at(run->page, BSN_PLUGIN_OPEN_SYMBOL);
	status = open(host, plugin, err);
	page_at(run->page, NULL);
	return status;
}

/* A reason is a sentence in UTF-8 with an end. */
static void
expect_reason(Run *run, int32_t status, const bsn_err *err)
{
	EXPECT(run,
	       memchr(err->reason, '\0', sizeof(err->reason)) != NULL &&
		       err->reason[0] != '\0' &&
		       g_utf8_validate(err->reason, -1, NULL),
	       "who refuses to open must write why; it answered %s and no "
	       "reason in UTF-8",
	       status_name(status));
}

const bsn_plugin *
load_plugin(Run *run)
{
	bsn_plugin_open_fn open = load_module(run);
	const bsn_plugin *plugin = NULL;
	bsn_err err = { .size = sizeof(err) };
	int32_t status = open_with(run, open, &scan_host, &plugin, &err);

	if (status != BSN_OK)
		expect_reason(run, status, &err);
	EXPECT(run, status == BSN_OK, "it must open; it answered %s: %s",
	       status_name(status), err.reason);
	EXPECT(run, plugin != NULL,
	       "who opens must give its bsn_plugin; it gave NULL");
	return plugin;
}

/* ---- what they leave behind ----------------------------------------------- */

static void
expect_same(Run *run, const Snapshot *before, const char *what)
{
	g_autoptr(Snapshot) after = snapshot_take();
	g_autofree char *difference = snapshot_difference(before, after);

	EXPECT(run, difference == NULL,
	       "%s must leave the process as it was; %s", what, difference);
	run_note(run, "%s: descriptors, threads, children, timers, signals, "
		      "locale, environment, directory and floating point are "
		      "as before",
		 what);
}

/* Its libraries have constructors as well; they are its own choice. */
static void
check_constructors(Run *run)
{
	g_autoptr(Snapshot) before = snapshot_take();

	(void)load_module(run);
	expect_same(run, before, "loading it");
}

static void
check_open_effects(Run *run)
{
	bsn_plugin_open_fn open = load_module(run);
	g_autoptr(Snapshot) before = snapshot_take();
	const bsn_plugin *plugin = NULL;
	bsn_err err = { .size = sizeof(err) };

	(void)open_with(run, open, &scan_host, &plugin, &err);
	expect_same(run, before, BSN_PLUGIN_OPEN_SYMBOL);
}

/* ---- opening -------------------------------------------------------------- */

static void
check_open(Run *run)
{
	const bsn_plugin *plugin = load_plugin(run);

	EXPECT(run, (plugin->flags & ~BSN_PLUGIN_DOES_IO) == 0,
	       "flags of bsn_plugin must be known ones; it has 0x%x",
	       plugin->flags);
	run_note(run, "opened");
}

/* Whatever it answers with an err, it answers without (base.h, rule 6). */
static void
check_open_without_err(Run *run)
{
	bsn_plugin_open_fn open = load_module(run);
	const bsn_plugin *plugin = NULL;
	int32_t status = open_with(run, open, &scan_host, &plugin, NULL);

	EXPECT(run, status == BSN_OK && plugin != NULL,
	       "it must open with err NULL; it answered %s",
	       status_name(status));
	run_note(run, "opened with err NULL");
}

static const void *
offers_nothing(const char *id)
{
	return NULL;
}

/* An older host may lack any service: a plugin then says which, or does
 * without. */
static void
check_open_without_services(Run *run)
{
	static const bsn_host bare = { .size = sizeof(bare),
				       .name = "bsn-conform",
				       .version = "0",
				       .query = offers_nothing };
	bsn_plugin_open_fn open = load_module(run);
	const bsn_plugin *plugin = NULL;
	bsn_err err = { .size = sizeof(err) };
	int32_t status = open_with(run, open, &bare, &plugin, &err);

	if (status == BSN_OK) {
		EXPECT(run, plugin != NULL,
		       "who opens must give its bsn_plugin; it gave NULL");
		run_note(run, "opened by a host that offers nothing");
		return;
	}
	expect_reason(run, status, &err);
	run_note(run, "a host that offers nothing: %s, %s",
		 status_name(status), err.reason);
	(void)open_with(run, open, &bare, &plugin, NULL);
}

static void
check_close(Run *run)
{
	const bsn_plugin *plugin = load_plugin(run);
	g_autoptr(Snapshot) before = snapshot_take();

	if (!BSN_HAS(plugin, close))
		run_not_claimed(run, "it has no close");
	page_at(run->page, "bsn_plugin.close");
	plugin->close();
	page_at(run->page, NULL);
	expect_same(run, before, "bsn_plugin.close");
}

#define LOAD_CHECK(id, sentence, clause, run)                                  \
	{ "load." id, sentence ".", NULL, clause, LEVEL_LOADS, 1, 0, run, 0 }

static const Check checks[] = {
	LOAD_CHECK("constructor-effects",
		   "Its constructors leave nothing behind in the process",
		   "plugin.h: caveat", check_constructors),
	LOAD_CHECK("open", "It opens before a host that offers all services",
		   "plugin.h: bsn_plugin_open", check_open),
	LOAD_CHECK("open-effects",
		   "Opening it leaves nothing behind in the process",
		   "plugin.h: bsn_plugin_open", check_open_effects),
	LOAD_CHECK("open-null-err", "It opens with err NULL",
		   "base.h: rule 6", check_open_without_err),
	LOAD_CHECK("open-bare-host",
		   "Before a host that lacks a service it opens or says why "
		   "not",
		   "plugin.h: bsn_plugin_open", check_open_without_services),
	LOAD_CHECK("close", "Closing it leaves nothing behind in the process",
		   "plugin.h: bsn_plugin.close", check_close),
};

CHECK_GROUP(checks_load, checks);
