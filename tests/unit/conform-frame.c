/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn-conform's frame: children and how they end, the guard of inputs, pages,
 * options.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/conform/child.h"
#include "tools/conform/guard.h"
#include "tools/conform/guard_inputs.h"
#include "tools/conform/turns.h"

/* ---- an engine that breaks rules ----------------------------------------- */

static guint8 *kept;
static bsn_sink *kept_sink;

static int32_t
bad_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	((guint8 *)(guintptr)config.data)[0] = '!';
	*algorithm = "sm2";
	return BSN_OK;
}

static int32_t
keeping_genesis(const bsn_genesis *in, bsn_sink *out, bsn_err *err)
{
	kept = (guint8 *)(guintptr)in->config.data;
	kept_sink = out;
	return out->write(out, "genesis", 7);
}

static int32_t
later(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	return kept[0] == '{' ? BSN_OK : BSN_NOT_FOUND;
}

static int32_t
later_sink(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	return kept_sink->write(kept_sink, "more", 4);
}

static const bsn_chain_ops chain_ops = {
	.size = sizeof(bsn_chain_ops),
	.member_algorithm = bad_algorithm,
	.genesis = keeping_genesis,
	.members = later,
	.proposals = later_sink,
};
static const bsn_tx_ops tx_ops = { .size = sizeof(bsn_tx_ops) };
static const bsn_contract_ops contract_ops = { .size =
						       sizeof(contract_ops) };
static const bsn_block_ops block_ops = { .size = sizeof(bsn_block_ops) };
static const bsn_engine engine = { .size = sizeof(bsn_engine),
				   .framework = "bad",
				   .chain = &chain_ops,
				   .tx = &tx_ops,
				   .contract = &contract_ops,
				   .block = &block_ops };

/* ---- checks that end in every way ---------------------------------------- */

static int32_t
drop(bsn_sink *sink, const void *data, uint64_t len)
{
	return BSN_OK;
}

static void
passes(Run *run)
{
	run_note(run, "one line\nof two");
}

static void
fails(Run *run)
{
	run_note(run, "before");
	EXPECT(run, 1 + 1 == 3, "one and one must be three; it is %d", 2);
	run_note(run, "never");
}

static void
warns(Run *run)
{
	run_warn(run, "look at it");
}

static void
not_claimed(Run *run)
{
	run_not_claimed(run, "no");
}

static void
crashes(Run *run)
{
	page_at(run->page, "bsn_tx_ops.submit");
	raise(SIGSEGV);
}

static void
uses_up_its_stack(Run *run)
{
	char local[65536];

	memset(local, (int)run->seed, sizeof(local));
	run->seed += (guint64)local[run->seed % sizeof(local)];
	if (run->seed != G_MAXUINT64)
		uses_up_its_stack(run);
	run->seed += (guint64)local[0];
}

static void
hangs(Run *run)
{
	page_at(run->page, "bsn_chain_ops.open");
	for (;;)
		pause();
}

static void
exits(Run *run)
{
	page_at(run->page, "bsn_chain_ops.close");
	exit(7);
}

static void
leaves_a_process(Run *run)
{
	if (fork() == 0)
		for (;;)
			pause();
}

static void
writes_to_inputs(Run *run)
{
	const bsn_engine *guarded = guard_engine(&engine, run->page);
	const char *algorithm;

	guard_watch_inputs(TRUE);
	guarded->chain->member_algorithm(bsn_slice_str("{}"), &algorithm,
					 NULL);
}

static void
begin_keeping(Run *run, const bsn_engine *guarded)
{
	const bsn_genesis genesis = { .size = sizeof(genesis),
				      .name = bsn_slice_str("name"),
				      .config = bsn_slice_str("{}") };
	bsn_sink sink = { drop };

	guard_watch_inputs(TRUE);
	EXPECT(run, guarded->chain->genesis(&genesis, &sink, NULL) == BSN_OK,
	       "it answers");
}

static void
keeps_inputs(Run *run)
{
	const bsn_engine *guarded = guard_engine(&engine, run->page);

	begin_keeping(run, guarded);
	guarded->chain->members(NULL, NULL, NULL);
}

static void
keeps_sinks(Run *run)
{
	const bsn_engine *guarded = guard_engine(&engine, run->page);

	begin_keeping(run, guarded);
	guarded->chain->proposals(NULL, NULL, NULL);
}

/* Nobody looks, so nobody sees: what other checks are about goes on. */
static void
is_not_watched(Run *run)
{
	const bsn_engine *guarded = guard_engine(&engine, run->page);
	char config[] = "{}";
	const char *algorithm;

	guarded->chain->member_algorithm(bsn_slice_str(config), &algorithm,
					 NULL);
	EXPECT(run, config[0] == '!', "it is written to");
	EXPECT(run, guarded->contract->compile == NULL,
	       "what the engine lacks the guard lacks");
}

static Result *
run_child(void (*function)(Run *run), guint timeout_ms)
{
	const Check check = { .id = "test.check", .run = function };
	const Subject subject = { .path = NULL };
	const ConformOptions options = { .timeout_ms = timeout_ms,
					 .seed = 1 };
	char *message = NULL;
	Child child;
	struct pollfd fd;
	Result *result;

	g_assert_true(child_begin(&child, &check, &subject, &options,
				  &message));
	fd = (struct pollfd){ child.pidfd, POLLIN, 0 };
	if (poll(&fd, 1, (int)timeout_ms) == 0)
		child_kill(&child);
	result = child_end(&child, 1);
	child_clear(&child);
	result->check = NULL;
	return result;
}

#define PATIENT_MS 60000u

static void
expect(void (*function)(Run *run), Verdict verdict, const char *summary,
       const char *call)
{
	Result *result = run_child(function, PATIENT_MS);

	g_assert_cmpstr(verdict_name(result->verdict), ==,
			verdict_name(verdict));
	g_assert_nonnull(strstr(result->summary, summary));
	g_assert_cmpstr(result->call, ==, call);
	result_free(result);
}

static void
test_ends(void)
{
	expect(passes, VERDICT_PASS, "", NULL);
	expect(fails, VERDICT_FAIL, "must be three; it is 2", NULL);
	expect(warns, VERDICT_WARN, "look at it", NULL);
	expect(not_claimed, VERDICT_NOT_CLAIMED, "no", NULL);
	expect(crashes, VERDICT_CRASHED, "SIGSEGV", "bsn_tx_ops.submit");
	expect(exits, VERDICT_EXITED, "status 7", "bsn_chain_ops.close");
	expect(leaves_a_process, VERDICT_FAIL, "left a process", NULL);
}

static void
test_stack(void)
{
	expect(uses_up_its_stack, VERDICT_CRASHED, "SIG", NULL);
}

static void
test_hangs(void)
{
	Result *result = run_child(hangs, 200);

	g_assert_cmpstr(verdict_name(result->verdict), ==, "HUNG");
	g_assert_cmpstr(result->call, ==, "bsn_chain_ops.open");
	result_free(result);
}

static void
test_inputs(void)
{
	expect(writes_to_inputs, VERDICT_FAIL,
	       "bsn_chain_ops.member_algorithm: what it is given is borrowed",
	       NULL);
	expect(keeps_inputs, VERDICT_FAIL,
	       "bsn_chain_ops.genesis: what it was given is borrowed for the "
	       "call; it used it after",
	       NULL);
	expect(keeps_sinks, VERDICT_FAIL, "bsn_chain_ops.genesis: ", NULL);
	expect(is_not_watched, VERDICT_PASS, "", NULL);
}

static void
keeps_and_is_not_watched(Run *run)
{
	inputs_watch(TRUE, FALSE);
	keeps_inputs(run);
}

static void
writes_and_is_not_watched(Run *run)
{
	inputs_watch(FALSE, TRUE);
	writes_to_inputs(run);
}

static void
writes_and_is_watched(Run *run)
{
	inputs_watch(TRUE, FALSE);
	writes_to_inputs(run);
}

/* One rule at a time, so that a check can say which was broken. */
static void
test_rules_apart(void)
{
	expect(keeps_and_is_not_watched, VERDICT_PASS, "", NULL);
	expect(writes_and_is_not_watched, VERDICT_PASS, "", NULL);
	expect(writes_and_is_watched, VERDICT_FAIL,
	       "bsn_chain_ops.member_algorithm: what it is given is borrowed",
	       NULL);
}

/* A check that says that it is alive is given its time again. */
static void
test_signs_of_life(void)
{
	Child child = { .page = page_new(), .patience = G_TIME_SPAN_DAY };
	Run run = { .page = child.page };

	g_assert_true(child_is_overdue(&child));
	run_alive(&run);
	g_assert_false(child_is_overdue(&child));
	g_assert_cmpint(child.deadline, >, g_get_monotonic_time());
	g_assert_false(child_is_overdue(&child));
	child.deadline = 0;
	g_assert_true(child_is_overdue(&child));
	page_free(child.page);
}

static void
test_evidence(void)
{
	Result *result = run_child(fails, PATIENT_MS);

	g_assert_cmpuint(result->evidence->len, ==, 1);
	g_assert_cmpstr(result->evidence->pdata[0], ==, "before");
	result_free(result);
	result = run_child(passes, PATIENT_MS);
	g_assert_cmpstr(result->evidence->pdata[0], ==, "one line of two");
	result_free(result);
}

/* ---- pages --------------------------------------------------------------- */

static void
test_page_is_bounded(void)
{
	Page *page = page_new();
	g_autofree char *line = g_strnfill(1000, 'x');
	g_autoptr(GPtrArray) lines = NULL;

	for (guint i = 0; i < 1000; i++)
		page_add(page, line);
	lines = page_lines(page);
	g_assert_cmpuint(lines->len, <, 1000);
	g_assert_nonnull(strstr(lines->pdata[lines->len - 1],
				"further lines"));
	g_assert_cmpuint(page->left_out, >, 0);
	page_end(page, VERDICT_FAIL, "\xff\x01 first");
	page_end(page, VERDICT_PASS, "second");
	g_assert_cmpuint(page->verdict, ==, VERDICT_FAIL);
	g_assert_true(g_utf8_validate(page->summary, -1, NULL));
	page_clear(page);
	g_assert_cmpuint(page->ended, ==, 0);
	page_free(page);
}

/* ---- turns --------------------------------------------------------------- */

static void
note_thread(gpointer data)
{
	g_ptr_array_add(data, g_thread_self());
}

static void
test_turns(void)
{
	Turns *turns = turns_new();
	g_autoptr(GPtrArray) threads = g_ptr_array_new();

	for (guint i = 0; i < 4; i++)
		turns_do(turns, note_thread, threads);
	g_assert_true(threads->pdata[0] != threads->pdata[1]);
	g_assert_true(threads->pdata[0] == threads->pdata[2]);
	g_assert_true(threads->pdata[0] != (gpointer)g_thread_self());
	turns_free(turns);
}

/* ---- options ------------------------------------------------------------- */

static ConformCommand
parse(ConformOptions *options, const char *line, char **message)
{
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	g_autofree char **argv = g_memdup2(
		words, (g_strv_length(words) + 1) * sizeof(*words));

	*message = NULL;
	return conform_options_parse(options, (int)g_strv_length(words), argv,
				     message);
}

static void
refuses(const char *line, const char *why)
{
	ConformOptions options;
	char *message = NULL;

	g_assert_cmpint(parse(&options, line, &message), ==, CONFORM_USAGE);
	g_assert_nonnull(message);
	g_assert_nonnull(strstr(message, why));
	g_free(message);
	conform_options_clear(&options);
}

static void
test_usage(void)
{
	refuses("x", "give the plugin");
	refuses("x a.so b.so", "one plugin");
	refuses("x a.so --level L9", "L0 to L4");
	refuses("x a.so --level 2", "L0 to L4");
	refuses("x a.so --profile table3", "table1, table2");
	refuses("x a.so --seed -1", "number");
	refuses("x a.so --jobs 0", "1 to 64");
	refuses("x a.so --format html", "tree, tap or none");
	refuses("x a.so --colour blue", "always, never");
	refuses("x a.so --certificate f", "--sign");
	refuses("x a.so --certificate f --sign k --quick", "--quick");
	refuses("x a.so --certificate f --sign k --seeds 1", "--seeds");
	refuses("x a.so --sign k", "--json");
	refuses("x a.so --no-such-option", "no-such-option");
	refuses("x verify", "one report");
}

static void
test_replay(void)
{
	ConformOptions options;
	char *message;
	g_autofree char *replay = NULL;

	g_assert_cmpint(parse(&options,
			      "x a.so --quick --seed 42 --with b.so "
			      "--only tx --only block.* --except tx.query",
			      &message),
			==, CONFORM_RUN);
	replay = conform_options_replay(&options, "tx.commit");
	g_assert_cmpstr(replay, ==,
			"bsn-conform a.so --only tx.commit --seed 42 --quick "
			"--with b.so");
	g_assert_true(conform_options_want(&options, "tx.commit"));
	g_assert_true(conform_options_want(&options, "block.hash"));
	g_assert_false(conform_options_want(&options, "tx.query"));
	g_assert_false(conform_options_want(&options, "event.block"));
	conform_options_clear(&options);
}

static void
test_ids(void)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint g = 0; check_groups[g] != NULL; g++)
		for (gsize i = 0; i < check_groups[g]->n; i++) {
			const Check *check = &check_groups[g]->checks[i];

			g_assert_true(g_hash_table_add(seen,
						       (gpointer)check->id));
			g_assert_true(check_find(check->id) == check);
			g_assert_cmpuint(
				strspn(check->id,
				       "abcdefghijklmnopqrstuvwxyz0123456789"
				       "-."),
				==, strlen(check->id));
			g_assert_cmpuint(check->edition, >=, 1);
			g_assert_cmpuint(check->edition, <=, CONFORM_EDITION);
			g_assert_cmpuint(check->level, <, LEVELS);
			g_assert_nonnull(check->clause);
			g_assert_true(g_str_has_suffix(check->sentence, "."));
		}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/conform/child/each-end-is-a-verdict", test_ends);
	g_test_add_func("/conform/child/a-used-up-stack-is-a-crash",
			test_stack);
	g_test_add_func("/conform/child/who-hangs-is-ended", test_hangs);
	g_test_add_func("/conform/child/who-is-alive-goes-on",
			test_signs_of_life);
	g_test_add_func("/conform/guard/rules-apart", test_rules_apart);
	g_test_add_func("/conform/child/evidence-outlives-the-child",
			test_evidence);
	g_test_add_func("/conform/guard/inputs-are-borrowed", test_inputs);
	g_test_add_func("/conform/page/is-bounded", test_page_is_bounded);
	g_test_add_func("/conform/turns/two-threads-in-turn", test_turns);
	g_test_add_func("/conform/options/what-is-wrong-is-said", test_usage);
	g_test_add_func("/conform/options/replay-is-one-command", test_replay);
	g_test_add_func("/conform/checks/ids-are-sound", test_ids);
	return g_test_run();
}
