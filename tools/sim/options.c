/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/options.h"

#include <string.h>

#define SIM_WORD(symbol, bit, name, about) { name, about },
const SimWord sim_faults[] = { SIM_FAULT_MAP(SIM_WORD) { NULL, NULL } };
const SimWord sim_lies[] = { SIM_LIE_MAP(SIM_WORD) { NULL, NULL } };
#undef SIM_WORD

#define STEPS_DEFAULT 5000u
#define SETTLE_DEFAULT_MS 120000u
#define LINES_DEFAULT 60u

/* The options as they stand on the command line. */
typedef struct {
	int nodes, observers, byzantine, jobs, lines;
	char *seed, *seeds, *faults, *lies;
	gint64 steps, settle;
	gboolean version, help;
} Words;

static guint64
all_of(const SimWord *words)
{
	guint64 all = 0;

	for (guint i = 0; words[i].name != NULL; i++)
		all |= G_GUINT64_CONSTANT(1) << i;
	return all;
}

static gboolean
add_word(const SimWord *words, const char *name, guint64 *out)
{
	for (guint i = 0; words[i].name != NULL; i++)
		if (strcmp(words[i].name, name) == 0) {
			*out |= G_GUINT64_CONSTANT(1) << i;
			return TRUE;
		}
	return FALSE;
}

/* "all", "none", or words with commas between. */
static gboolean
read_words(const SimWord *words, const char *option, const char *text,
	   guint64 *out, char **message)
{
	g_auto(GStrv) list = NULL;

	*out = 0;
	if (text == NULL || strcmp(text, "all") == 0)
		*out = all_of(words);
	if (text == NULL || strcmp(text, "all") == 0 ||
	    strcmp(text, "none") == 0)
		return TRUE;
	list = g_strsplit(text, ",", -1);
	for (guint i = 0; list[i] != NULL; i++) {
		if (add_word(words, list[i], out))
			continue;
		*message = g_strdup_printf(
			"--%s: there is no \"%s\"; see --help for what there "
			"is",
			option, list[i]);
		return FALSE;
	}
	return TRUE;
}

static char *
words_text(const SimWord *words, guint64 set)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; words[i].name != NULL; i++)
		if ((set & (G_GUINT64_CONSTANT(1) << i)) != 0)
			g_string_append_printf(text, "%s%s",
					       text->len > 0 ? "," : "",
					       words[i].name);
	if (text->len == 0)
		g_string_append(text, "none");
	return g_string_free(text, FALSE);
}

/* "7" or "1..2000". */
static gboolean
read_seeds(SimOptions *options, const char *text, char **message)
{
	g_auto(GStrv) ends = g_strsplit(text, "..", 2);
	const char *last = ends[1] != NULL ? ends[1] : ends[0];

	if (g_ascii_string_to_unsigned(ends[0], 10, 0, G_MAXUINT64,
				       &options->first_seed, NULL) &&
	    g_ascii_string_to_unsigned(last, 10, options->first_seed,
				       G_MAXUINT64 - 1, &options->last_seed,
				       NULL))
		return TRUE;
	*message = g_strdup_printf("\"%s\" is no seed: give a number, or "
				   "FIRST..LAST",
				   text);
	return FALSE;
}

gboolean
sim_option_is_between(const char *option, gint64 value, gint64 low,
		      gint64 high, char **message)
{
	if (value >= low && value <= high)
		return TRUE;
	*message = g_strdup_printf("--%s is %" G_GINT64_FORMAT
				   ": give %" G_GINT64_FORMAT
				   " to %" G_GINT64_FORMAT,
				   option, value, low, high);
	return FALSE;
}

static gboolean
take_words(SimOptions *options, const Words *words, char **message)
{
	if (options->engine == NULL) {
		*message = g_strdup("give --engine");
		return FALSE;
	}
	if (!sim_option_is_between("nodes", words->nodes, 1, SIM_NODES_MAX, message) ||
	    !sim_option_is_between("observers", words->observers, 0,
			(gint64)SIM_NODES_MAX - words->nodes, message) ||
	    !sim_option_is_between("byzantine", words->byzantine, 0, words->nodes - 1,
			message) ||
	    !sim_option_is_between("steps", words->steps, 1, G_MAXINT64, message) ||
	    !sim_option_is_between("settle", words->settle, 1, G_MAXINT32, message) ||
	    !sim_option_is_between("jobs", words->jobs, 1, 256, message) ||
	    !sim_option_is_between("lines", words->lines, 1, 100000, message))
		return FALSE;
	options->nodes = (guint)words->nodes;
	options->observers = (guint)words->observers;
	options->byzantine = (guint)words->byzantine;
	options->steps = (guint64)words->steps;
	options->settle_ms = (guint64)words->settle;
	options->jobs = (guint)words->jobs;
	options->lines = (guint)words->lines;
	if (options->plugin_dir == NULL)
		options->plugin_dir = g_strdup(BSN_PLUGIN_DIR);
	options->draw_faults = words->faults == NULL ||
			       strcmp(words->faults, "all") == 0;
	options->draw_lies = words->lies == NULL ||
			     strcmp(words->lies, "all") == 0;
	return read_words(sim_faults, "faults", words->faults,
			  &options->faults, message) &&
	       read_words(sim_lies, "lies", words->lies, &options->lies,
			  message) &&
	       read_seeds(options,
			  words->seeds != NULL  ? words->seeds
			  : words->seed != NULL ? words->seed
						: "1",
			  message);
}

#define OPTION(name, letter, kind, at)                                         \
	{ name, letter, 0, G_OPTION_ARG_##kind, at, NULL, NULL }

static gboolean
parse(SimOptions *options, Words *words, int *argc, char ***argv,
      char **message)
{
	const GOptionEntry entries[] = {
		OPTION("engine", 'e', STRING, &options->engine),
		OPTION("consensus", 'c', STRING, &options->consensus),
		OPTION("nodes", 'n', INT, &words->nodes),
		OPTION("observers", 'o', INT, &words->observers),
		OPTION("byzantine", 'b', INT, &words->byzantine),
		OPTION("seed", 's', STRING, &words->seed),
		OPTION("seeds", 0, STRING, &words->seeds),
		OPTION("steps", 'k', INT64, &words->steps),
		OPTION("settle", 0, INT64, &words->settle),
		OPTION("faults", 'f', STRING, &words->faults),
		OPTION("lies", 0, STRING, &words->lies),
		OPTION("workload", 'w', FILENAME, &options->workload),
		OPTION("config", 0, STRING, &options->config),
		OPTION("plugin", 'p', FILENAME_ARRAY, &options->plugins),
		OPTION("plugin-dir", 0, FILENAME, &options->plugin_dir),
		OPTION("real-signatures", 0, NONE, &options->real_signatures),
		OPTION("jobs", 'j', INT, &words->jobs),
		OPTION("keep-going", 0, NONE, &options->keep_going),
		OPTION("trace", 't', NONE, &options->trace),
		OPTION("lines", 0, INT, &words->lines),
		OPTION("quiet", 'q', NONE, &options->quiet),
		OPTION("version", 'V', NONE, &words->version),
		OPTION("help", 'h', NONE, &words->help),
		{ NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL }
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;

	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, argc, argv, &error)) {
		*message = g_strdup(error->message);
		return FALSE;
	}
	if (*argc <= 1)
		return TRUE;
	*message = g_strdup_printf("\"%s\" is too much", (*argv)[1]);
	return FALSE;
}

SimCommand
sim_options_parse(SimOptions *options, int argc, char **argv, char **message)
{
	Words words = { .nodes = 4,
			.jobs = 1,
			.lines = LINES_DEFAULT,
			.steps = STEPS_DEFAULT,
			.settle = SETTLE_DEFAULT_MS };
	SimCommand command = SIM_RUN;

	memset(options, 0, sizeof(*options));
	if (!parse(options, &words, &argc, &argv, message))
		command = SIM_USAGE;
	else if (words.help)
		command = SIM_HELP;
	else if (words.version)
		command = SIM_VERSION;
	else if (!take_words(options, &words, message))
		command = SIM_USAGE;
	g_free(words.seed);
	g_free(words.seeds);
	g_free(words.faults);
	g_free(words.lies);
	return command;
}

void
sim_options_clear(SimOptions *options)
{
	g_free(options->engine);
	g_free(options->consensus);
	g_strfreev(options->plugins);
	g_free(options->plugin_dir);
	g_free(options->workload);
	g_free(options->config);
}

/* ---- the command that runs it again ------------------------------------- */

static void
append_option(GString *command, const char *option, const char *value)
{
	g_autofree char *quoted = NULL;

	if (value == NULL)
		return;
	quoted = strpbrk(value, " \"'$`\\{}*?;&|<>()") != NULL
			 ? g_shell_quote(value)
			 : g_strdup(value);
	g_string_append_printf(command, " --%s %s", option, quoted);
}

static void
append_words(GString *command, const char *option, const SimWord *words,
	     guint64 set)
{
	g_autofree char *text = words_text(words, set);

	append_option(command, option, text);
}

char *
sim_options_command(const SimOptions *options, guint64 seed)
{
	GString *command = g_string_new("bsn-sim");

	append_option(command, "engine", options->engine);
	append_option(command, "consensus", options->consensus);
	g_string_append_printf(command, " --nodes %u", options->nodes);
	if (options->observers > 0)
		g_string_append_printf(command, " --observers %u",
				       options->observers);
	if (options->byzantine > 0)
		g_string_append_printf(command, " --byzantine %u",
				       options->byzantine);
	g_string_append_printf(command,
			       " --seed %" G_GUINT64_FORMAT
			       " --steps %" G_GUINT64_FORMAT,
			       seed, options->steps);
	if (options->settle_ms != SETTLE_DEFAULT_MS)
		g_string_append_printf(command, " --settle %" G_GUINT64_FORMAT,
				       options->settle_ms);
	if (!options->draw_faults)
		append_words(command, "faults", sim_faults, options->faults);
	if (options->byzantine > 0 && !options->draw_lies)
		append_words(command, "lies", sim_lies, options->lies);
	append_option(command, "workload", options->workload);
	append_option(command, "config", options->config);
	for (guint i = 0;
	     options->plugins != NULL && options->plugins[i] != NULL; i++)
		append_option(command, "plugin", options->plugins[i]);
	if (strcmp(options->plugin_dir, BSN_PLUGIN_DIR) != 0)
		append_option(command, "plugin-dir", options->plugin_dir);
	if (options->real_signatures)
		g_string_append(command, " --real-signatures");
	g_string_append(command, " --trace");
	return g_string_free(command, FALSE);
}
