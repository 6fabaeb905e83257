/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn-plugin-scan: opens one plugin and reports on SCAN_REPORT_FD what it found
 * (report.h). The plugin may crash, hang or exit here; the parent, which has
 * judged that the file is trusted, watches and draws its conclusion.
 */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/plugin/check.h"
#include "host/plugin/report.h"
#include "host/plugin/scan.h"
#include "host/plugin/scan_host.h"
#include "host/process/limits.h"

/* Shown name and vendor, in bytes. */
#define SHOWN_MAX 200u
/* Address space, in bytes: runtimes reserve much more than they use. */
#define ADDRESS_SPACE_MAX ((rlim_t)64 << 30)

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED
/* A crash must reach the parent as the signal that it is. */
const char *__asan_default_options(void);

__attribute__((visibility("default"))) const char *
__asan_default_options(void)
{
	return "handle_segv=0:handle_abort=0:handle_sigill=0:handle_sigbus=0:"
	       "handle_sigfpe=0:detect_leaks=0";
}
#endif

static void
say_where(const char *where)
{
	report_write(SCAN_REPORT_FD, REPORT_WHERE, where);
}

/* Ends the process without running anything of the plugin's. */
static G_NORETURN void
end_refused(const Refusal *refusal)
{
	g_autofree char *text = g_strconcat(plugin_rule_id(refusal->rule), " ",
					    refusal->reason, NULL);

	report_write(SCAN_REPORT_FD, REPORT_REFUSED, text);
	_exit(EXIT_SUCCESS);
}

/* What the plugin may use up. A write to a file fails with EFBIG. */
static void
set_limits(guint timeout_ms)
{
	gboolean good = limits_common(timeout_ms / 1000 + 2);
	Refusal refusal = { 0 };

#ifndef SANITIZED
	good = good && limit_resource(RLIMIT_AS, ADDRESS_SPACE_MAX);
#endif
	if (good) {
		signal(SIGXFSZ, SIG_IGN);
		return;
	}
	refuse(&refusal, RULE_SCAN_FAILED,
	       "cannot be scanned: setting limits failed: %s",
	       g_strerror(errno));
	end_refused(&refusal);
}

/* The part of the loader's text that is not the plugin's own path. */
static const char *
without_path(const char *text, const char *path)
{
	gsize len = strlen(path);

	if (strncmp(text, path, len) == 0 && strncmp(text + len, ": ", 2) == 0)
		return text + len + 2;
	return text;
}

static void
refuse_load(Refusal *refusal, const char *path, const char *text)
{
	const char *why = without_path(text, path);
	PluginRule rule = RULE_LOAD_FAILED;

	if (strstr(why, "undefined symbol: ") != NULL)
		rule = RULE_UNDEFINED_SYMBOL;
	else if (why == text && strstr(why, "cannot open shared object file"))
		rule = RULE_MISSING_DEPENDENCY;
	else if (strstr(why, "version `") != NULL)
		rule = RULE_MISSING_DEPENDENCY;
	refuse(refusal, rule, "cannot be loaded: %s", why);
}

static bsn_plugin_open_fn
load(const char *path, Refusal *refusal)
{
	void *module;
	bsn_plugin_open_fn open;

	say_where("a constructor");
	module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (module == NULL) {
		refuse_load(refusal, path, dlerror());
		return NULL;
	}
	*(void **)&open = dlsym(module, BSN_PLUGIN_OPEN_SYMBOL);
	if (open == NULL)
		refuse(refusal, RULE_NO_OPEN_SYMBOL, "does not export %s",
		       BSN_PLUGIN_OPEN_SYMBOL);
	return open;
}

static void
report_texts(const bsn_plugin *plugin)
{
	g_autofree char *name = plugin_text(plugin->name, -1, SHOWN_MAX);
	g_autofree char *vendor = plugin_text(plugin->vendor, -1, SHOWN_MAX);

	report_write(SCAN_REPORT_FD, REPORT_NAME, name);
	report_write(SCAN_REPORT_FD, REPORT_VENDOR, vendor);
}

static gboolean
scan(const char *path, const bsn_note_desc *note, Refusal *refusal)
{
	g_autoptr(GPtrArray) offers = g_ptr_array_new_with_free_func(g_free);
	bsn_plugin_open_fn open = load(path, refusal);
	const bsn_plugin *plugin;

	if (open == NULL)
		return FALSE;
	say_where(BSN_PLUGIN_OPEN_SYMBOL);
	plugin = plugin_open(open, &scan_host, refusal);
	if (plugin == NULL ||
	    !plugin_check(plugin, note, say_where, offers, refusal))
		return FALSE;
	report_texts(plugin);
	for (guint i = 0; i < offers->len; i++)
		report_write(SCAN_REPORT_FD, REPORT_OFFER, offers->pdata[i]);
	if (BSN_HAS(plugin, close)) {
		say_where("close");
		plugin->close();
	}
	return TRUE;
}

/* Arguments: FILE ID VERSION KINDS TIMEOUT_MS, as the parent read them. */
int
main(int argc, char **argv)
{
	bsn_note_desc note = { 0 };
	Refusal refusal = { 0 };

	if (argc != 6 || strlen(argv[2]) >= sizeof(note.id) ||
	    strlen(argv[3]) >= sizeof(note.version))
		return EXIT_FAILURE;
	strcpy(note.id, argv[2]);
	strcpy(note.version, argv[3]);
	note.kinds = (guint32)strtoul(argv[4], NULL, 10);
	set_limits((guint)strtoul(argv[5], NULL, 10));
	if (!scan(argv[1], &note, &refusal))
		end_refused(&refusal);
	report_write(SCAN_REPORT_FD, REPORT_DONE, "");
	_exit(EXIT_SUCCESS);
}
