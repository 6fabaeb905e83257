/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl's command line: words, options, suggestions, help.
 */
#include <string.h>

#include "tools/ctl/args.h"
#include "tools/ctl/error.h"
#include "tools/ctl/help.h"
#include "tools/ctl/suggest.h"

/* Parses a command line given as words divided by blanks. Args borrows the
 * words, which are interned for that. */
static Args *
parse(const char *line, GError **error)
{
	g_autofree char *whole = g_strconcat("bsnctl ", line, NULL);
	g_auto(GStrv) words = g_strsplit(g_strchomp(whole), " ", -1);
	guint n = g_strv_length(words);
	g_autofree char **argv = g_new0(char *, n + 1);

	for (guint i = 0; i < n; i++)
		argv[i] = (char *)g_intern_string(words[i]);
	return args_parse((int)n, argv, error);
}

static void
assert_usage(const char *line, const char *part)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Args) args = parse(line, &error);

	g_assert_null(args);
	g_assert_error(error, CTL_ERROR, CTL_ERROR_USAGE);
	g_assert_cmpint(ctl_error_exit_code(error), ==, 2);
	if (strstr(error->message, part) == NULL)
		g_error("'%s' says '%s', without '%s'", line, error->message,
			part);
}

static void
test_words(void)
{
	g_autoptr(Args) args =
		parse("tx send c k f 1 -5 --wait accepted x", NULL);

	g_assert_nonnull(args);
	g_assert_cmpstr(args_noun(args)->name, ==, "tx");
	g_assert_cmpstr(args_verb(args)->name, ==, "send");
	g_assert_cmpuint(args_operand_count(args), ==, 6);
	g_assert_cmpstr(args_operand(args, 4), ==, "-5");
	g_assert_cmpstr(args_operand(args, 5), ==, "x");
	g_assert_null(args_operand(args, 6));
	g_assert_cmpstr(args_option(args, "wait"), ==, "accepted");
}

static void
test_forms(void)
{
	static const char *const lines[] = {
		"--node /n chain list",
		"chain --node=/n list",
		"chain list -n /n",
		"chain list -n/n",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autoptr(Args) args = parse(lines[i], NULL);

		g_assert_nonnull(args);
		g_assert_cmpstr(args_option(args, "node"), ==, "/n");
	}
}

static void
test_dashes(void)
{
	g_autoptr(Args) args = parse("tx send c k f -- --json -x", NULL);

	g_assert_nonnull(args);
	g_assert_false(args_flag(args, "json"));
	g_assert_cmpstr(args_operand(args, 3), ==, "--json");
	g_assert_cmpstr(args_operand(args, 4), ==, "-x");
}

static void
test_repeated(void)
{
	g_autoptr(Args) args = parse("chain create x --set a=1 --set b=2 "
				     "-f one -f two",
				     NULL);
	g_autoptr(GPtrArray) all = args_option_all(args, "set");

	g_assert_cmpuint(all->len, ==, 2);
	g_assert_cmpstr(all->pdata[1], ==, "b=2");
	g_assert_cmpstr(args_option(args, "framework"), ==, "two");
}

static void
test_two_words(void)
{
	g_autoptr(Args) args = parse("id hosted add alice", NULL);

	g_assert_nonnull(args);
	g_assert_cmpstr(args_verb(args)->name, ==, "hosted add");
	g_assert_cmpstr(args_operand(args, 0), ==, "alice");
}

static void
test_own_version(void)
{
	g_autoptr(Args) deploy = parse("contract deploy c a --version 2", NULL);
	g_autoptr(Args) tool = parse("--version", NULL);

	g_assert_nonnull(deploy);
	g_assert_false(args_wants_version(deploy));
	g_assert_cmpstr(args_option(deploy, "version"), ==, "2");
	g_assert_true(args_wants_version(tool));
}

static void
test_suggestions(void)
{
	assert_usage("chian list", "Did you mean 'chain'?");
	assert_usage("chain lsit", "Did you mean 'list'?");
	assert_usage("id hosted ad", "Did you mean 'add'?");
	assert_usage("chain create x --framwork f",
		     "Did you mean '--framework'?");
	assert_usage("chain list --jsn", "Did you mean '--json'?");
	assert_usage("frobnicate", "unknown command 'frobnicate'\nSee");
}

static void
test_incomplete(void)
{
	assert_usage("", "no command");
	assert_usage("chain", "create, genesis");
	assert_usage("id hosted", "add, list, grant, revoke, owner, certify, remove");
	assert_usage("chain show", "missing: CHAIN");
	assert_usage("tx send c k", "missing: FUNCTION");
	assert_usage("chain show a b", "too many: b");
	assert_usage("chain list --node", "--node needs a value");
	assert_usage("chain list --json=1", "takes no value");
	assert_usage("chain list -jx", "unknown option");
}

static void
test_numbers(void)
{
	g_autoptr(Args) good = parse("block list c --limit 7", NULL);
	g_autoptr(Args) bad = parse("block list c --limit 7x", NULL);
	g_autoptr(GError) error = NULL;
	guint64 n;

	g_assert_true(args_number(good, "limit", 1, 1, 10, &n, NULL));
	g_assert_cmpuint(n, ==, 7);
	g_assert_true(args_number(good, "from", 3, 1, 10, &n, NULL));
	g_assert_cmpuint(n, ==, 3);
	g_assert_false(args_number(good, "limit", 1, 1, 6, &n, NULL));
	g_assert_false(args_number(bad, "limit", 1, 1, 10, &n, &error));
	g_assert_error(error, CTL_ERROR, CTL_ERROR_USAGE);
}

static void
test_choice(void)
{
	static const char *const words[] = { "committed", "accepted", NULL };
	g_autoptr(Args) none = parse("tx send c k f", NULL);
	g_autoptr(Args) bad = parse("tx send c k f --wait soon", NULL);
	g_autoptr(GError) error = NULL;

	g_assert_cmpstr(args_choice(none, "wait", words, NULL), ==,
			"committed");
	g_assert_null(args_choice(bad, "wait", words, &error));
	g_assert_nonnull(strstr(error->message, "committed, accepted"));
}

static void
test_distance(void)
{
	g_assert_cmpuint(suggest_distance("", "abc"), ==, 3);
	g_assert_cmpuint(suggest_distance("chain", "chain"), ==, 0);
	g_assert_cmpuint(suggest_distance("chian", "chain"), ==, 1);
	g_assert_cmpuint(suggest_distance("kitten", "sitting"), ==, 3);
}

static void
test_long_words(void)
{
	g_autofree char *word = g_strnfill(100000, 'a');

	assert_usage(word, "unknown command");
}

/* A command ends where the shell's part begins: "> FILE". */
static gint
words_of_command(gint argc, char **argv)
{
	for (gint i = 0; i < argc; i++)
		if (argv[i][0] == '>')
			return i;
	return argc;
}

/* Every verb explains itself and shows examples that parse. */
static void
check_examples(const Noun *noun, const Verb *verb)
{
	g_auto(GStrv) lines = g_strsplit(verb->examples, "\n", -1);

	g_assert_cmpuint(g_strv_length(lines), >=, 1);
	for (gsize i = 0; lines[i] != NULL; i++) {
		const char *start = strstr(lines[i], "bsnctl ");
		g_autoptr(GError) error = NULL;
		g_auto(GStrv) argv = NULL;
		g_autoptr(Args) args = NULL;
		gint argc;

		g_assert_nonnull(start);
		g_assert_true(g_shell_parse_argv(start, &argc, &argv, NULL));
		argc = words_of_command(argc, argv);
		args = args_parse(argc, argv, &error);
		g_assert_no_error(error);
		g_assert_true(args_noun(args) == noun);
		g_assert_true(args_verb(args) == verb);
	}
}

static void
test_help_examples(void)
{
	for (const Noun *const *noun = command_nouns; *noun != NULL; noun++)
		for (const Verb *verb = (*noun)->verbs; verb->name != NULL;
		     verb++)
			check_examples(*noun, verb);
}

static void
assert_help(const char *line, const char *part)
{
	g_autoptr(Args) args = parse(line, NULL);
	g_autofree char *text = NULL;

	g_assert_nonnull(args);
	g_assert_true(args_wants_help(args));
	text = help_text(args);
	if (strstr(text, part) == NULL)
		g_error("the help of '%s' lacks '%s'", line, part);
}

static void
test_help_levels(void)
{
	assert_help("--help", "contract  ");
	assert_help("chain --help", "create NAME");
	assert_help("help chain", "create NAME");
	assert_help("id hosted --help", "hosted remove NAME");
	assert_help("chain create --help", "--set KEY=VALUE");
	assert_help("chain create -h", "Examples:");
	assert_help("init --help", "--ops-port PORT");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ctl/args/words-are-noun-verb-operands", test_words);
	g_test_add_func("/ctl/args/options-have-four-forms-anywhere",
			test_forms);
	g_test_add_func("/ctl/args/two-dashes-end-the-options", test_dashes);
	g_test_add_func("/ctl/args/an-option-may-be-repeated", test_repeated);
	g_test_add_func("/ctl/args/a-verb-may-have-two-words", test_two_words);
	g_test_add_func("/ctl/args/a-verb-may-have-its-own-version",
			test_own_version);
	g_test_add_func("/ctl/args/unknown-words-get-a-suggestion",
			test_suggestions);
	g_test_add_func("/ctl/args/what-is-missing-is-named", test_incomplete);
	g_test_add_func("/ctl/args/numbers-are-bounded", test_numbers);
	g_test_add_func("/ctl/args/choices-are-listed", test_choice);
	g_test_add_func("/ctl/args/distance-counts-letters-and-swaps",
			test_distance);
	g_test_add_func("/ctl/args/overlong-words-are-only-unknown",
			test_long_words);
	g_test_add_func("/ctl/help/every-example-parses", test_help_examples);
	g_test_add_func("/ctl/help/is-there-at-every-level", test_help_levels);
	return g_test_run();
}
