/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "host/config/config.h"
#include "host/daemon.h"
#include "host/service/store_copy.h"

#define DEFAULT_CONFIG BSN_SYSCONF_DIR "/bsn-hostd.conf"

static const char summary[] =
	"Runs BSN app chains of any framework that a plugin offers, and serves\n"
	"them to applications through one HTTPS gateway.";

static const char examples[] =
	"Examples:\n"
	"  bsnctl init node1                     make a node's directory\n"
	"  bsn-hostd --config node1/bsn-hostd.conf\n"
	"  bsn-hostd --check-config --config node1/bsn-hostd.conf\n"
	"  bsn-hostd --print-config > bsn-hostd.conf\n"
	"  bsn-hostd --copy-store BACKUP --config node1/bsn-hostd.conf\n"
	"\n"
	"Signals: SIGTERM and SIGINT answer what was accepted, close every chain\n"
	"and end the process.";

typedef struct {
	char *config;
	char *copy_store;
	gboolean check, print, version;
} Options;

static gboolean
parse_options(int *argc, char ***argv, Options *options, GError **error)
{
	const GOptionEntry entries[] = {
		{ "config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config,
		  "Read FILE (default: " DEFAULT_CONFIG ")", "FILE" },
		{ "check-config", 0, 0, G_OPTION_ARG_NONE, &options->check,
		  "Only check the config file", NULL },
		{ "print-config", 0, 0, G_OPTION_ARG_NONE, &options->print,
		  "Print a commented config file with every default", NULL },
		{ "copy-store", 0, 0, G_OPTION_ARG_FILENAME,
		  &options->copy_store,
		  "Copy the node's store, which may be running, into DIRECTORY",
		  "DIRECTORY" },
		{ "version", 0, 0, G_OPTION_ARG_NONE, &options->version,
		  "Print the version", NULL },
		{ 0 },
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);

	g_option_context_set_summary(context, summary);
	g_option_context_set_description(context, examples);
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, argc, argv, error))
		return FALSE;
	if (*argc == 1)
		return TRUE;
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
		    "\"%s\" is not an option; see bsn-hostd --help",
		    (*argv)[1]);
	return FALSE;
}

static int
fail(int code, const GError *error)
{
	fprintf(stderr, "bsn-hostd: %s\n", error->message);
	return code;
}

static int
print_config(void)
{
	g_autofree char *sample = config_sample();

	fputs(sample, stdout);
	return EXIT_SUCCESS;
}

static int
copy_store(const Config *config, const char *directory)
{
	g_autofree char *store =
		g_build_filename(config->node_data_directory, "store", NULL);
	g_autoptr(GError) error = NULL;

	if (!store_copy(store, directory, &error))
		return fail(EXIT_FAILURE, error);
	printf("%s: a copy of %s\n", directory, store);
	return EXIT_SUCCESS;
}

static int
serve(Config *config)
{
	g_autoptr(GError) error = NULL;
	Daemon *daemon = daemon_start(config, &error);

	if (daemon == NULL)
		return fail(EXIT_FAILURE, error);
	daemon_run(daemon);
	daemon_free(daemon);
	return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	Options options = { 0 };
	g_autofree char *file = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(Config) config = NULL;

	if (!parse_options(&argc, &argv, &options, &error))
		return fail(2, error);
	file = options.config != NULL ? options.config :
					g_strdup(DEFAULT_CONFIG);
	if (options.version) {
		puts("bsn-hostd " PACKAGE_VERSION);
		return EXIT_SUCCESS;
	}
	if (options.print)
		return print_config();
	config = config_load(file, &error);
	if (config == NULL)
		return fail(EXIT_FAILURE, error);
	if (options.copy_store != NULL)
		return copy_store(config, options.copy_store);
	if (options.check) {
		printf("%s: ok\n", file);
		return EXIT_SUCCESS;
	}
	return serve(g_steal_pointer(&config));
}
