/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/args.h"

#include <string.h>

#include "tools/ctl/error.h"
#include "tools/ctl/suggest.h"

typedef struct {
	const Option *option;
	const char *value; /* NULL for a flag */
} Given;

struct Args {
	const Noun *noun;
	const Verb *verb;
	const char *group;   /* first word of a verb of two, or NULL */
	GPtrArray *operands; /* const char *, borrowed */
	GArray *given;       /* Given */
};

void
args_free(Args *args)
{
	if (args == NULL)
		return;
	g_ptr_array_unref(args->operands);
	g_array_unref(args->given);
	g_free(args);
}

const Noun *
args_noun(const Args *args)
{
	return args->noun;
}

const Verb *
args_verb(const Args *args)
{
	return args->verb;
}

const char *
args_group(const Args *args)
{
	return args->group;
}

char *
args_command(const Args *args)
{
	GString *command = g_string_new("bsnctl");

	if (args->noun != NULL)
		g_string_append_printf(command, " %s", args->noun->name);
	if (args->verb != NULL && *args->verb->name != '\0')
		g_string_append_printf(command, " %s", args->verb->name);
	else if (args->group != NULL)
		g_string_append_printf(command, " %s", args->group);
	return g_string_free(command, FALSE);
}

/* ---- nouns and verbs ---------------------------------------------------- */

/* "Did you mean 'chain'?" or nothing, with what to do otherwise. */
static gboolean
unknown(GError **error, const char *kind, const char *word, GPtrArray *known,
	const char *help)
{
	const char *nearest;

	g_ptr_array_add(known, NULL);
	nearest = suggest_nearest(word, (const char *const *)known->pdata);
	if (nearest == NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"unknown %s '%s'\nSee '%s'.", kind, word, help);
	return ctl_fail(error, CTL_ERROR_USAGE,
			"unknown %s '%s'\nDid you mean '%s'? See '%s'.", kind,
			word, nearest, help);
}

static gboolean
take_noun(Args *args, const char *word, GError **error)
{
	g_autoptr(GPtrArray) known = g_ptr_array_new();

	for (const Noun *const *noun = command_nouns; *noun != NULL; noun++) {
		if (strcmp((*noun)->name, word) == 0) {
			args->noun = *noun;
			return TRUE;
		}
		g_ptr_array_add(known, (gpointer)(*noun)->name);
	}
	return unknown(error, "command", word, known, "bsnctl --help");
}

/* The part of a verb's name that follows the group, or all of it; NULL when
 * the verb is not of that group. */
static const char *
verb_word(const Verb *verb, const char *group)
{
	gsize len = group != NULL ? strlen(group) : 0;

	if (group == NULL)
		return verb->name;
	if (strncmp(verb->name, group, len) != 0 || verb->name[len] != ' ')
		return NULL;
	return verb->name + len + 1;
}

static gboolean
is_group(const Noun *noun, const char *word)
{
	for (const Verb *verb = noun->verbs; verb->name != NULL; verb++)
		if (verb_word(verb, word) != NULL)
			return TRUE;
	return FALSE;
}

static gboolean
unknown_verb(const Args *args, const char *word, GError **error)
{
	g_autoptr(GPtrArray) known = g_ptr_array_new();
	g_autofree char *command = args_command(args);
	g_autofree char *help = g_strconcat(command, " --help", NULL);

	for (const Verb *verb = args->noun->verbs; verb->name != NULL; verb++)
		if (verb_word(verb, args->group) != NULL)
			g_ptr_array_add(known,
					(gpointer)verb_word(verb, args->group));
	return unknown(error, "verb", word, known, help);
}

static gboolean
take_verb(Args *args, const char *word, GError **error)
{
	for (const Verb *verb = args->noun->verbs; verb->name != NULL; verb++)
		if (g_strcmp0(verb_word(verb, args->group), word) == 0) {
			args->verb = verb;
			return TRUE;
		}
	if (args->group == NULL && is_group(args->noun, word)) {
		args->group = word;
		return TRUE;
	}
	return unknown_verb(args, word, error);
}

static gboolean
take_word(Args *args, const char *word, GError **error)
{
	if (args->noun == NULL) {
		if (!take_noun(args, word, error))
			return FALSE;
		if (args->noun->verbs[0].name[0] == '\0')
			args->verb = &args->noun->verbs[0];
		return TRUE;
	}
	if (args->verb == NULL)
		return take_verb(args, word, error);
	g_ptr_array_add(args->operands, (gpointer)word);
	return TRUE;
}

/* ---- options ------------------------------------------------------------ */

static const Option *
find_in(const Option *table, const char *name, gsize len, char letter)
{
	for (; table != NULL && table->name != NULL; table++) {
		if (letter != 0 && table->letter == letter)
			return table;
		if (letter == 0 && strlen(table->name) == len &&
		    strncmp(table->name, name, len) == 0)
			return table;
	}
	return NULL;
}

static const Option *
find_option(const Args *args, const char *name, gsize len, char letter)
{
	const Option *own = NULL;

	if (args->verb != NULL)
		own = find_in(args->verb->options, name, len, letter);
	return own != NULL ? own : find_in(command_globals, name, len, letter);
}

static void
add_names(GPtrArray *names, const Option *table)
{
	for (; table != NULL && table->name != NULL; table++)
		g_ptr_array_add(names, g_strconcat("--", table->name, NULL));
}

static gboolean
unknown_option(const Args *args, const char *word, GError **error)
{
	g_autoptr(GPtrArray) known = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *bare = g_strndup(word, strcspn(word, "="));
	g_autofree char *command = args_command(args);
	g_autofree char *help = g_strconcat(command, " --help", NULL);

	if (args->verb != NULL)
		add_names(known, args->verb->options);
	add_names(known, command_globals);
	return unknown(error, "option", bare, known, help);
}

static gboolean
give(Args *args, const Option *option, const char *value, GError **error)
{
	Given given = { option, value };

	if (option->value != NULL && value == NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--%s needs a value\nGive it as --%s %s: %s.",
				option->name, option->name, option->value,
				option->help);
	if (option->value == NULL && value != NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--%s takes no value, but was given '%s'\n"
				"Write just --%s.",
				option->name, value, option->name);
	g_array_append_val(args->given, given);
	return TRUE;
}

/* --name, --name=value or --name value; `next` is the following word. */
static gboolean
take_long(Args *args, const char *word, const char *next, gboolean *used_next,
	  GError **error)
{
	const char *name = word + 2;
	const char *equals = strchr(name, '=');
	gsize len = equals != NULL ? (gsize)(equals - name) : strlen(name);
	const Option *option = find_option(args, name, len, 0);

	if (option == NULL)
		return unknown_option(args, word, error);
	*used_next = option->value != NULL && equals == NULL && next != NULL;
	return give(args, option,
		    equals != NULL ? equals + 1 : (*used_next ? next : NULL),
		    error);
}

/* -n value or -nvalue. */
static gboolean
take_short(Args *args, const char *word, const char *next, gboolean *used_next,
	   GError **error)
{
	const Option *option = find_option(args, NULL, 0, word[1]);
	const char *rest = word[2] != '\0' ? word + 2 : NULL;

	if (option == NULL || (option->value == NULL && rest != NULL))
		return unknown_option(args, word, error);
	*used_next = option->value != NULL && rest == NULL && next != NULL;
	return give(args, option, *used_next ? next : rest, error);
}

static gboolean
is_option(const char *word)
{
	return word[0] == '-' && word[1] != '\0' && !g_ascii_isdigit(word[1]);
}

static gboolean
take_options_and_words(Args *args, int argc, char **argv, GError **error)
{
	gboolean only_words = FALSE;

	for (int i = 1; i < argc; i++) {
		const char *next = i + 1 < argc ? argv[i + 1] : NULL;
		gboolean used_next = FALSE;
		gboolean ok;

		if (!only_words && strcmp(argv[i], "--") == 0) {
			only_words = TRUE;
			continue;
		}
		if (only_words || !is_option(argv[i]))
			ok = take_word(args, argv[i], error);
		else if (argv[i][1] == '-')
			ok = take_long(args, argv[i], next, &used_next, error);
		else
			ok = take_short(args, argv[i], next, &used_next, error);
		if (!ok)
			return FALSE;
		i += used_next ? 1 : 0;
	}
	return TRUE;
}

/* ---- operands ----------------------------------------------------------- */

static gboolean
wants(const Args *args, const char *name)
{
	const Option *global = find_in(command_globals, name, strlen(name), 0);

	for (guint i = 0; i < args->given->len; i++)
		if (g_array_index(args->given, Given, i).option == global)
			return TRUE;
	return FALSE;
}

gboolean
args_wants_help(const Args *args)
{
	return wants(args, "help");
}

gboolean
args_wants_version(const Args *args)
{
	return wants(args, "version");
}

static gboolean
misfit(const Args *args, const char *what, const char *word, GError **error)
{
	g_autofree char *command = args_command(args);

	return ctl_fail(error, CTL_ERROR_USAGE, "%s %s\nUsage: %s %s", what,
			word, command, args->verb->operands);
}

/* Whether the words fit "NAME [ARG...]". */
static gboolean
check_operands(const Args *args, GError **error)
{
	g_auto(GStrv) wanted = g_strsplit(args->verb->operands, " ", -1);
	guint max = g_strv_length(wanted);

	for (guint i = 0; i < max; i++) {
		if (g_str_has_suffix(wanted[i], "...]"))
			return TRUE;
		if (i >= args->operands->len && wanted[i][0] != '[')
			return misfit(args, "this is missing:", wanted[i],
				      error);
	}
	if (args->operands->len <= max)
		return TRUE;
	return misfit(args,
		      "this is one word too many:", args_operand(args, max),
		      error);
}

static gboolean
fail_no_verb(const Args *args, GError **error)
{
	g_autofree char *command = args_command(args);
	g_autoptr(GString) words = g_string_new(NULL);

	for (const Verb *verb = args->noun->verbs; verb->name != NULL; verb++)
		if (verb_word(verb, args->group) != NULL)
			g_string_append_printf(words, "%s%s",
					       words->len > 0 ? ", " : "",
					       verb_word(verb, args->group));
	return ctl_fail(error, CTL_ERROR_USAGE,
			"'%s' lacks a verb\nGive one of: %s. See '%s --help'.",
			command, words->str, command);
}

static gboolean
check_complete(const Args *args, GError **error)
{
	if (args_wants_help(args) || args_wants_version(args))
		return TRUE;
	if (args->noun == NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"no command given\nSee 'bsnctl --help'.");
	if (args->verb == NULL)
		return fail_no_verb(args, error);
	return check_operands(args, error);
}

Args *
args_parse(int argc, char **argv, GError **error)
{
	g_autoptr(Args) args = g_new0(Args, 1);
	gboolean help = argc > 1 && strcmp(argv[1], "help") == 0;

	args->operands = g_ptr_array_new();
	args->given = g_array_new(FALSE, FALSE, sizeof(Given));
	if (!take_options_and_words(args, argc - help, argv + help, error))
		return NULL;
	if (help)
		give(args, find_option(args, "help", 4, 0), NULL, NULL);
	if (!check_complete(args, error))
		return NULL;
	return g_steal_pointer(&args);
}

/* ---- asking ------------------------------------------------------------- */

const char *
args_operand(const Args *args, guint i)
{
	return i < args->operands->len ? g_ptr_array_index(args->operands, i)
				       : NULL;
}

guint
args_operand_count(const Args *args)
{
	return args->operands->len;
}

static const Given *
last_given(const Args *args, const char *name)
{
	const Option *option = find_option(args, name, strlen(name), 0);

	g_assert(option != NULL);
	for (guint i = args->given->len; i-- > 0;) {
		const Given *given = &g_array_index(args->given, Given, i);

		if (given->option == option)
			return given;
	}
	return NULL;
}

gboolean
args_flag(const Args *args, const char *option)
{
	return last_given(args, option) != NULL;
}

const char *
args_option(const Args *args, const char *option)
{
	const Given *given = last_given(args, option);

	return given != NULL ? given->value : NULL;
}

GPtrArray *
args_option_all(const Args *args, const char *name)
{
	const Option *option = find_option(args, name, strlen(name), 0);
	GPtrArray *values = g_ptr_array_new();

	g_assert(option != NULL);
	for (guint i = 0; i < args->given->len; i++) {
		const Given *given = &g_array_index(args->given, Given, i);

		if (given->option == option)
			g_ptr_array_add(values, (gpointer)given->value);
	}
	return values;
}

gboolean
args_number(const Args *args, const char *option, guint64 otherwise,
	    guint64 min, guint64 max, guint64 *out, GError **error)
{
	const char *text = args_option(args, option);

	*out = otherwise;
	if (text == NULL ||
	    g_ascii_string_to_unsigned(text, 10, min, max, out, NULL))
		return TRUE;
	return ctl_fail(error, CTL_ERROR_USAGE,
			"--%s %s is not a number from %" G_GUINT64_FORMAT
			" to %" G_GUINT64_FORMAT "\nGive one in decimal.",
			option, text, min, max);
}

const char *
args_choice(const Args *args, const char *option, const char *const *words,
	    GError **error)
{
	const char *text = args_option(args, option);
	g_autofree char *all = NULL;

	if (text == NULL)
		return words[0];
	for (gsize i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], text) == 0)
			return words[i];
	all = g_strjoinv(", ", (char **)words);
	ctl_fail(error, CTL_ERROR_USAGE, "--%s %s is unknown\nGive one of: %s.",
		 option, text, all);
	return NULL;
}
