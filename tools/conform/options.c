/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/options.h"

#include <string.h>
#include <unistd.h>

#include "tools/conform/check.h"
#include "tools/sim/options.h"

#define TIMEOUT_DEFAULT_S 120
#define JOBS_MAX 64

/* The options as they stand on the command line. */
typedef struct {
	char *level, *format, *colour, *seed;
	gint64 seeds;
	int jobs, timeout_s;
	gboolean tap, list, version, help;
	char **rest;
} Words;

static gboolean
read_level(ConformOptions *options, const char *text, char **message)
{
	options->level = options->soak ? LEVEL_SOAK : LEVEL_SIMULATOR;
	if (text == NULL)
		return TRUE;
	if ((text[0] == 'L' || text[0] == 'l') && text[1] >= '0' &&
	    text[1] < '0' + LEVELS && text[2] == '\0') {
		options->level = text[1] - '0';
		return TRUE;
	}
	*message = g_strdup_printf("--level is \"%s\": give L0 to L%d", text,
				   LEVELS - 1);
	return FALSE;
}

static gboolean
read_profile(const ConformOptions *options, char **message)
{
	static const char *const profiles[] = { "all", "table1", "table2",
						"bridge" };

	for (gsize i = 0; i < G_N_ELEMENTS(profiles); i++)
		if (strcmp(options->profile, profiles[i]) == 0)
			return TRUE;
	*message = g_strdup_printf("--profile is \"%s\": give table1, table2, "
				   "bridge or all",
				   options->profile);
	return FALSE;
}

static gboolean
read_seed(ConformOptions *options, const char *text, char **message)
{
	options->seed = 1;
	if (text == NULL ||
	    g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64,
				       &options->seed, NULL))
		return TRUE;
	*message = g_strdup_printf("--seed is \"%s\": give a number", text);
	return FALSE;
}

static gboolean
read_colour(ConformOptions *options, const char *text, char **message)
{
	options->colour = -1;
	if (text == NULL || strcmp(text, "auto") == 0)
		return TRUE;
	options->colour = strcmp(text, "always") == 0;
	if (options->colour || strcmp(text, "never") == 0)
		return TRUE;
	*message = g_strdup_printf("--colour is \"%s\": give always, never or "
				   "auto",
				   text);
	return FALSE;
}

/* A tree on a terminal, TAP elsewhere, unless it is said. */
static gboolean
read_format(ConformOptions *options, const char *text, char **message)
{
	if (text == NULL)
		text = isatty(STDOUT_FILENO) ? "tree" : "tap";
	options->format = FORMAT_NONE;
	if (strcmp(text, "tree") == 0)
		options->format = FORMAT_TREE;
	else if (strcmp(text, "tap") == 0)
		options->format = FORMAT_TAP;
	else if (strcmp(text, "none") != 0) {
		*message = g_strdup_printf("--format is \"%s\": give tree, "
					   "tap or none",
					   text);
		return FALSE;
	}
	return TRUE;
}

static gboolean
take_words(ConformOptions *options, const Words *words, char **message)
{
	if (options->profile == NULL)
		options->profile = g_strdup("all");
	if (options->plugin_dir == NULL)
		options->plugin_dir = g_strdup(BSN_PLUGIN_DIR);
	if (!sim_option_is_between("jobs", words->jobs, 1, JOBS_MAX, message) ||
	    !sim_option_is_between("timeout", words->timeout_s, 1, 86400, message) ||
	    !sim_option_is_between("seeds", words->seeds, 0, 1000000, message))
		return FALSE;
	options->jobs = options->in_process ? 1 : (guint)words->jobs;
	options->timeout_ms = (guint)words->timeout_s * 1000;
	options->seeds = (guint64)words->seeds;
	return read_format(options,
			   words->format != NULL ? words->format
			   : words->tap		 ? "tap"
						 : NULL,
			   message) &&
	       read_level(options, words->level, message) &&
	       read_profile(options, message) &&
	       read_seed(options, words->seed, message) &&
	       read_colour(options, words->colour, message);
}

/* Outputs go to one place each. */
static gboolean
check_outputs(const ConformOptions *options, char **message)
{
	if (options->certificate != NULL && options->sign == NULL) {
		*message = g_strdup("--certificate needs --sign KEY: a "
				    "certificate that nobody signs says "
				    "nothing");
		return FALSE;
	}
	if (options->certificate != NULL && options->quick) {
		*message = g_strdup("--certificate is not for a --quick run: "
				    "that looks at too little to certify");
		return FALSE;
	}
	if (options->certificate != NULL && options->seeds > 0) {
		*message = g_strdup("--certificate is not for a run with "
				    "--seeds: how many a level takes is part "
				    "of what it promises");
		return FALSE;
	}
	if (options->sign != NULL && options->json == NULL &&
	    options->certificate == NULL) {
		*message = g_strdup("--sign needs --json FILE or "
				    "--certificate FILE: what is to be signed");
		return FALSE;
	}
	return TRUE;
}

static ConformCommand
take_rest(ConformOptions *options, Words *words, char **message)
{
	guint n = words->rest != NULL ? g_strv_length(words->rest) : 0;
	gboolean verify = n > 0 && strcmp(words->rest[0], "verify") == 0;
	guint want = verify ? 2 : 1;

	if (words->list && n <= 1) {
		if (n == 1)
			options->plugin = g_strdup(words->rest[0]);
		return CONFORM_LIST;
	}
	if (n != want) {
		*message = g_strdup(
			verify ? "give one report to verify"
			: n == 0 ? "give the plugin to judge, a .so file"
				 : "give one plugin at a time");
		return CONFORM_USAGE;
	}
	options->plugin = g_strdup(words->rest[n - 1]);
	if (!verify && !check_outputs(options, message))
		return CONFORM_USAGE;
	return verify ? CONFORM_VERIFY : CONFORM_RUN;
}

static void
words_clear(Words *words)
{
	g_free(words->level);
	g_free(words->format);
	g_free(words->colour);
	g_free(words->seed);
	g_strfreev(words->rest);
}

static gboolean
parse(ConformOptions *options, Words *words, int argc, char **argv,
      char **message)
{
	const GOptionEntry entries[] = {
		{ "workload", 'w', 0, G_OPTION_ARG_FILENAME,
		  &options->workload, NULL, NULL },
		{ "with", 'p', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->with,
		  NULL, NULL },
		{ "plugin-dir", 0, 0, G_OPTION_ARG_FILENAME,
		  &options->plugin_dir, NULL, NULL },
		{ "only", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &options->only,
		  NULL, NULL },
		{ "except", 'x', 0, G_OPTION_ARG_STRING_ARRAY,
		  &options->except, NULL, NULL },
		{ "profile", 0, 0, G_OPTION_ARG_STRING, &options->profile,
		  NULL, NULL },
		{ "level", 'l', 0, G_OPTION_ARG_STRING, &words->level, NULL,
		  NULL },
		{ "quick", 0, 0, G_OPTION_ARG_NONE, &options->quick, NULL,
		  NULL },
		{ "soak", 0, 0, G_OPTION_ARG_NONE, &options->soak, NULL,
		  NULL },
		{ "seed", 's', 0, G_OPTION_ARG_STRING, &words->seed, NULL,
		  NULL },
		{ "seeds", 0, 0, G_OPTION_ARG_INT64, &words->seeds, NULL,
		  NULL },
		{ "jobs", 'j', 0, G_OPTION_ARG_INT, &words->jobs, NULL, NULL },
		{ "timeout", 't', 0, G_OPTION_ARG_INT, &words->timeout_s, NULL,
		  NULL },
		{ "in-process", 0, 0, G_OPTION_ARG_NONE, &options->in_process,
		  NULL, NULL },
		{ "list", 0, 0, G_OPTION_ARG_NONE, &words->list, NULL, NULL },
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &words->format, NULL,
		  NULL },
		{ "tap", 0, 0, G_OPTION_ARG_NONE, &words->tap, NULL, NULL },
		{ "colour", 0, 0, G_OPTION_ARG_STRING, &words->colour, NULL,
		  NULL },
		{ "color", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING,
		  &words->colour, NULL, NULL },
		{ "verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose,
		  NULL, NULL },
		{ "json", 0, 0, G_OPTION_ARG_FILENAME, &options->json, NULL,
		  NULL },
		{ "junit", 0, 0, G_OPTION_ARG_FILENAME, &options->junit, NULL,
		  NULL },
		{ "html", 0, 0, G_OPTION_ARG_FILENAME, &options->html, NULL,
		  NULL },
		{ "sign", 0, 0, G_OPTION_ARG_FILENAME, &options->sign, NULL,
		  NULL },
		{ "certificate", 0, 0, G_OPTION_ARG_FILENAME,
		  &options->certificate, NULL, NULL },
		{ "key", 0, 0, G_OPTION_ARG_FILENAME, &options->key, NULL,
		  NULL },
		{ "version", 'V', 0, G_OPTION_ARG_NONE, &words->version, NULL,
		  NULL },
		{ "help", 'h', 0, G_OPTION_ARG_NONE, &words->help, NULL,
		  NULL },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY,
		  &words->rest, NULL, NULL },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};
	GOptionContext *context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;
	gboolean good;

	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_add_main_entries(context, entries, NULL);
	good = g_option_context_parse(context, &argc, &argv, &error);
	g_option_context_free(context);
	if (!good)
		*message = g_strdup(error->message);
	return good;
}

ConformCommand
conform_options_parse(ConformOptions *options, int argc, char **argv,
		      char **message)
{
	Words words = { .jobs = (int)MIN(g_get_num_processors(), JOBS_MAX),
			.timeout_s = TIMEOUT_DEFAULT_S };
	ConformCommand command = CONFORM_USAGE;

	*options = (ConformOptions){ .colour = -1 };
	if (!parse(options, &words, argc, argv, message))
		command = CONFORM_USAGE;
	else if (words.help)
		command = CONFORM_HELP;
	else if (words.version)
		command = CONFORM_VERSION;
	else if (take_words(options, &words, message))
		command = take_rest(options, &words, message);
	words_clear(&words);
	return command;
}

void
conform_options_clear(ConformOptions *options)
{
	g_free(options->plugin);
	g_free(options->workload);
	g_free(options->plugin_dir);
	g_strfreev(options->with);
	g_strfreev(options->only);
	g_strfreev(options->except);
	g_free(options->profile);
	g_free(options->json);
	g_free(options->junit);
	g_free(options->html);
	g_free(options->sign);
	g_free(options->certificate);
	g_free(options->key);
	*options = (ConformOptions){ .colour = -1 };
}

static void
append_quoted(GString *text, const char *option, const char *value)
{
	g_autofree char *quoted = NULL;

	if (value == NULL)
		return;
	quoted = strpbrk(value, " '\"\\$`*?[]{}()<>|&;#~!") != NULL
			 ? g_shell_quote(value)
			 : g_strdup(value);
	g_string_append_printf(text, " %s%s", option, quoted);
}

char *
conform_options_replay(const ConformOptions *options, const char *id)
{
	GString *text = g_string_new("bsn-conform");

	append_quoted(text, "", options->plugin);
	append_quoted(text, "--only ", id);
	g_string_append_printf(text, " --seed %" G_GUINT64_FORMAT,
			       options->seed);
	if (options->quick)
		g_string_append(text, " --quick");
	if (options->soak)
		g_string_append(text, " --soak");
	if (options->seeds > 0)
		g_string_append_printf(text, " --seeds %" G_GUINT64_FORMAT,
				       options->seeds);
	append_quoted(text, "--workload ", options->workload);
	for (guint i = 0; options->with != NULL && options->with[i] != NULL;
	     i++)
		append_quoted(text, "--with ", options->with[i]);
	if (strcmp(options->plugin_dir, BSN_PLUGIN_DIR) != 0)
		append_quoted(text, "--plugin-dir ", options->plugin_dir);
	return g_string_free(text, FALSE);
}

/* "tx.submit", "tx.*", or "tx" for the whole group. */
static gboolean
matches(char *const *patterns, const char *id)
{
	for (guint i = 0; patterns != NULL && patterns[i] != NULL; i++) {
		g_autofree char *group = g_strconcat(patterns[i], ".*", NULL);

		if (g_pattern_match_simple(patterns[i], id) ||
		    g_pattern_match_simple(group, id))
			return TRUE;
	}
	return FALSE;
}

gboolean
conform_options_want(const ConformOptions *options, const char *id)
{
	return (options->only == NULL || matches(options->only, id)) &&
	       !matches(options->except, id);
}
