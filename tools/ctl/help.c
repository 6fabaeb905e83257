/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/help.h"

#include <string.h>

/* Columns that the left side of a list takes, and the whole text. */
#define HELP_LEFT 26
#define HELP_WIDTH 80

/* Appends words, broken into lines; `column` is where the first one stands and
 * where the further lines begin. */
static void
append_wrapped(GString *text, const char *words, gsize column)
{
	g_auto(GStrv) list = g_strsplit(words, " ", -1);
	gsize at = column;

	for (gsize i = 0; list[i] != NULL; i++) {
		gsize len = strlen(list[i]);

		if (at > column && at + 1 + len > HELP_WIDTH) {
			g_string_append_printf(text, "\n%*s", (int)column, "");
			at = column;
		} else if (at > column) {
			g_string_append_c(text, ' ');
			at++;
		}
		g_string_append(text, list[i]);
		at += len;
	}
	g_string_append_c(text, '\n');
}

static void
list_item(GString *text, const char *left, const char *right)
{
	g_string_append_printf(text, "  %-*s", HELP_LEFT, left);
	if (strlen(left) > HELP_LEFT)
		g_string_append_printf(text, "\n%*s", HELP_LEFT + 2, "");
	g_string_append(text, "  ");
	append_wrapped(text, right, HELP_LEFT + 4);
}

static void
list_options(GString *text, const char *heading, const Option *table)
{
	if (table == NULL)
		return;
	g_string_append_printf(text, "\n%s:\n", heading);
	for (; table->name != NULL; table++) {
		g_autoptr(GString) left = g_string_new(NULL);

		if (table->letter != 0)
			g_string_append_printf(left, "-%c, ", table->letter);
		else
			g_string_append(left, "    ");
		g_string_append_printf(left, "--%s", table->name);
		if (table->value != NULL)
			g_string_append_printf(left, " %s", table->value);
		list_item(text, left->str, table->help);
	}
}

/* The examples of a verb, one to a line. */
static void
list_examples(GString *text, const char *examples)
{
	g_auto(GStrv) lines = g_strsplit(examples, "\n", -1);

	g_string_append(text, "\nExamples:\n");
	for (gsize i = 0; lines[i] != NULL; i++)
		g_string_append_printf(text, "  %s\n", lines[i]);
}

static char *
help_of_tool(void)
{
	GString *text = g_string_new(
		"Usage: bsnctl COMMAND [VERB] [ARGUMENTS] [OPTIONS]\n\n"
		"Manages a BSN host and works with its app chains.\n\n"
		"Commands:\n");

	for (const Noun *const *noun = command_nouns; *noun != NULL; noun++)
		list_item(text, (*noun)->name, (*noun)->purpose);
	list_options(text, "Options of every command", command_globals);
	list_examples(text, "bsnctl init ./node\n"
			    "export BSN_NODE=./node BSN_ID=app1\n"
			    "bsnctl chain create evidence --framework fisco "
			    "--id admin\n"
			    "bsnctl contract deploy evidence Evidence.json "
			    "--name evidence --args '[\"Notary\"]'\n"
			    "bsnctl contract call evidence evidence count");
	g_string_append(text,
			"\nWithout --node and BSN_NODE the node directory is "
			"BSN_HOME, or the current one\nwhen it holds "
			"bsn-hostd.conf. Where the host is an address, "
			"identities are those\nof BSN_HOME. 'bsnctl COMMAND "
			"--help' says more.\n");
	return g_string_free(text, FALSE);
}

static gboolean
in_group(const Verb *verb, const char *group)
{
	return group == NULL || (g_str_has_prefix(verb->name, group) &&
				 verb->name[strlen(group)] == ' ');
}

static char *
help_of_noun(const Noun *noun, const char *group)
{
	GString *text = g_string_new(NULL);
	GString *examples = g_string_new(NULL);

	g_string_append_printf(text,
			       "Usage: bsnctl %s %s%sVERB [ARGUMENTS] "
			       "[OPTIONS]\n\n%s.\n\nVerbs:\n",
			       noun->name, group != NULL ? group : "",
			       group != NULL ? " " : "", noun->purpose);
	for (const Verb *verb = noun->verbs; verb->name != NULL; verb++) {
		g_autofree char *left =
			g_strjoin(" ", verb->name, verb->operands, NULL);
		g_auto(GStrv) lines = g_strsplit(verb->examples, "\n", 2);

		if (!in_group(verb, group))
			continue;
		list_item(text, left, verb->purpose);
		g_string_append_printf(examples, "%s%s",
				       examples->len > 0 ? "\n" : "", lines[0]);
	}
	list_examples(text, examples->str);
	g_string_free(examples, TRUE);
	g_string_append_printf(text,
			       "\n'bsnctl %s VERB --help' shows a verb's "
			       "options, 'bsnctl --help'\nthose of every "
			       "command.\n",
			       noun->name);
	return g_string_free(text, FALSE);
}

static char *
help_of_verb(const Args *args)
{
	const Verb *verb = args_verb(args);
	g_autofree char *command = args_command(args);
	g_autofree char *purpose = g_strconcat(verb->purpose, ".", NULL);
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "Usage: %s%s%s [OPTIONS]\n\n", command,
			       *verb->operands != '\0' ? " " : "",
			       verb->operands);
	append_wrapped(text, purpose, 0);
	list_options(text, "Options", verb->options);
	list_options(text, "Options of every command", command_globals);
	list_examples(text, verb->examples);
	return g_string_free(text, FALSE);
}

char *
help_text(const Args *args)
{
	if (args_verb(args) != NULL)
		return help_of_verb(args);
	if (args_noun(args) != NULL)
		return help_of_noun(args_noun(args), args_group(args));
	return help_of_tool();
}
