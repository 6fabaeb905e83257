/* SPDX-License-Identifier: Apache-2.0
 *
 * `bsn-bench crypto`: what it prints, in each of its forms, and what it
 * refuses. What the numbers are is not looked at: that they are some.
 */
#include <glib.h>
#include <jansson.h>
#include <string.h>

#include "tools/bench/crypto_trial.h"

typedef struct {
	char *out, *err;
	int status;
} Said;

static void
said_clear(Said *said)
{
	g_free(said->out);
	g_free(said->err);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Said, said_clear)

static Said
ask(const char *const *arguments)
{
	g_autofree char *bench =
		g_test_build_filename(G_TEST_BUILT, "bsn-bench", NULL);
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	GError *error = NULL;
	Said said;
	int wait_status;

	g_ptr_array_add(argv, bench);
	g_ptr_array_add(argv, (gpointer) "crypto");
	for (; *arguments != NULL; arguments++)
		g_ptr_array_add(argv, (gpointer)(gsize)*arguments);
	g_ptr_array_add(argv, NULL);
	g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, NULL,
		     NULL, &said.out, &said.err, &wait_status, &error);
	g_assert_no_error(error);
	said.status = g_spawn_check_wait_status(wait_status, &error)
			      ? 0
			      : error->code;
	g_clear_error(&error);
	return said;
}

static char *
plugin(const char *name)
{
	return g_test_build_filename(G_TEST_BUILT, ".libs", name, NULL);
}

static void
ratios_are_lines_of_a_name_and_a_number(void)
{
	static const char *const names[] = { "sm2-verify-first",
					     "sm2-verify-cached", "sm2-sign",
					     "sm3-batch", "sm2-verify-2cores" };
	g_autofree char *file = plugin("crypto-gm.so");
	g_auto(Said) said = ask((const char *const[]){
		"--plugin", file, "--seconds", "0.001", "--ratios", NULL });
	g_auto(GStrv) lines = g_strsplit(said.out, "\n", -1);

	g_assert_cmpint(said.status, ==, 0);
	/* The last needs two cores. */
	g_assert_cmpuint(g_strv_length(lines), >=, G_N_ELEMENTS(names));
	for (gsize i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
		g_auto(GStrv) words = g_strsplit(lines[i], " ", -1);

		g_assert_cmpuint(i, <, G_N_ELEMENTS(names));
		g_assert_cmpuint(g_strv_length(words), ==, 2);
		g_assert_cmpstr(words[0], ==, names[i]);
		g_assert_cmpfloat(g_ascii_strtod(words[1], NULL), >, 0);
	}
}

static void
json_has_every_operation(void)
{
	g_autofree char *file = plugin("crypto-gm.so");
	g_auto(Said) said = ask((const char *const[]){
		"-p", file, "-s", "0.001", "-j", "--only", "sm4", NULL });
	json_t *json = json_loads(said.out, JSON_REJECT_DUPLICATES, NULL);
	json_t *trials = json_object_get(json, "trials"), *trial;
	gboolean has_sm4 = FALSE;
	size_t i;

	g_assert_cmpint(said.status, ==, 0);
	g_assert_cmpstr(json_string_value(json_object_get(json, "plugin")), ==,
			file);
	g_assert_cmpuint(json_array_size(trials), ==, 2);
	json_array_foreach(trials, i, trial)
	{
		const char *name =
			json_string_value(json_object_get(trial, "name"));

		g_assert_nonnull(name);
		has_sm4 |= strcmp(name, "sm4-cbc-encrypt") == 0;
		g_assert_cmpfloat(
			json_number_value(json_object_get(trial, "ratio")), >,
			0);
	}
	g_assert_true(has_sm4);
	json_decref(json);
}

/* A table, of one algorithm, that OpenSSL has no counterpart of. */
static void
a_table_is_for_people(void)
{
	g_autofree char *file = plugin("crypto-std.so");
	g_auto(Said) said = ask((const char *const[]){
		"-p", file, "-s", "0.001", "--only", "keccak", NULL });

	g_assert_cmpint(said.status, ==, 0);
	g_assert_nonnull(strstr(said.out, "OpenSSL"));
	g_assert_nonnull(strstr(said.out, "\nkeccak-256-batch "));
	g_assert_null(strstr(said.out, "sha-256"));
}

static void
refused(const char *const *arguments, int status, const char *reason)
{
	g_auto(Said) said = ask(arguments);

	g_assert_cmpint(said.status, ==, status);
	g_assert_cmpstr(said.out, ==, "");
	if (strstr(said.err, reason) == NULL)
		g_assert_cmpstr(said.err, ==, reason);
}

static void
what_cannot_be_measured_is_told(void)
{
	g_autofree char *no_note =
		g_test_build_filename(G_TEST_BUILT, "tests", "bad-plugins",
				      ".libs", "no-note.so", NULL);
	g_autofree char *protocol = plugin("consensus-solo.so");

	refused((const char *const[]){ "-p", "/nowhere/x.so", NULL }, 1,
		"/nowhere/x.so");
	refused((const char *const[]){ "-p", no_note, NULL }, 1, "note");
	refused((const char *const[]){ "-p", protocol, NULL }, 1,
		"offers no algorithms");
	refused((const char *const[]){ "--seconds", "0", NULL }, 2,
		"--seconds is 0");
	refused((const char *const[]){ "-j", "-r", NULL }, 2, "exclude");
	refused((const char *const[]){ "sm2", NULL }, 2, "is too much");
	refused((const char *const[]){ "--colour", NULL }, 2, "--colour");
}

static double
median_of(const double *values, guint n)
{
	g_autoptr(GArray) array = g_array_new(FALSE, FALSE, sizeof(double));

	g_array_append_vals(array, values, n);
	return trial_median(array);
}

static void
the_median_is_the_middle(void)
{
	g_assert_cmpfloat(median_of((const double[]){ 3 }, 1), ==, 3);
	g_assert_cmpfloat(median_of((const double[]){ 9, 1, 2 }, 3), ==, 2);
	g_assert_cmpfloat(median_of((const double[]){ 4, 1, 9, 2 }, 4), ==, 3);
}

static gboolean
takes_time(gpointer data)
{
	volatile guint *count = data;

	for (guint i = 0; i < 100000; i++)
		(*count)++;
	return TRUE;
}

static gboolean
is_wrong(gpointer data)
{
	(void)data;
	return FALSE;
}

static void
wrong_answers_end_a_trial(void)
{
	g_autoptr(GPtrArray) trials = trials_new();
	guint count = 0;
	Trial *trial = trial_add(trials, "x", "y", "z", &count);
	TrialResult result;

	g_assert_cmpstr(trial->name, ==, "x-y");
	trial->run = takes_time;
	g_assert_true(trial_run(trial, 0.001, &result));
	g_assert_cmpfloat(result.ns, >, 0);
	g_assert_cmpfloat(result.ratio, ==, 0);
	trial->reference = takes_time;
	g_assert_true(trial_run(trial, 0.001, &result));
	g_assert_cmpfloat(result.ratio, >, 0);
	trial->reference = is_wrong;
	g_assert_false(trial_run(trial, 0.001, &result));
	trial->prepare = is_wrong;
	g_assert_false(trial_run(trial, 0.001, &result));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/bench-crypto/" #test, test)
	ADD(the_median_is_the_middle);
	ADD(wrong_answers_end_a_trial);
	ADD(ratios_are_lines_of_a_name_and_a_number);
	ADD(json_has_every_operation);
	ADD(a_table_is_for_people);
	ADD(what_cannot_be_measured_is_told);
	return g_test_run();
}
