/* SPDX-License-Identifier: Apache-2.0
 *
 * Compilation over the gateway: who waits for it, who does not any more, and
 * what is left of it then. Shell scripts stand in for compilers.
 */
#include <string.h>
#include <unistd.h>

#include "tests/unit/gateway_fixture.h"

#define COMPILE "/v1/chains/c1/contracts/compile"
#define SOURCE                                                                 \
	"{\"language\":\"solidity\",\"files\":{\"A.sol\":\"contract A {}\"}}"

static char *command[] = { (char *)"sh", (char *)"-c", NULL, NULL };

static void
with_compiler(Config *config)
{
	config->compiler_solidity = command;
	config->compiler_time_max_s = 100;
}

static void
in_a_hurry(Config *config)
{
	with_compiler(config);
	config->compiler_time_max_s = 1;
}

static Answer *
compile(Fixture *fixture, const char *source)
{
	return ask_as(fixture, "client", "POST", COMPILE, source);
}

/* The compiler gets the engine's text; this one hands it back. */
static void
test_answer(void)
{
	Fixture fixture;
	g_autoptr(Answer) answer = NULL;
	g_autoptr(Answer) wrong = NULL;
	g_autoptr(Answer) huge = NULL;
	g_autoptr(Answer) auditor = NULL;
	g_autofree char *filler = g_strnfill(9000, 'x');
	g_autofree char *large = g_strdup_printf(
		"{\"language\":\"solidity\",\"files\":{\"A\":\"%s\"}}", filler);

	command[2] = (char *)"cat";
	fixture_start(&fixture, with_compiler);
	answer = compile(&fixture, SOURCE);
	wrong = compile(&fixture, "{\"language\":\"solidity\"}");
	huge = compile(&fixture, large);
	auditor = ask_as(&fixture, "auditor", "POST", COMPILE, SOURCE);
	g_assert_cmpint(answer->http, ==, 200);
	g_assert_cmpstr(text_member(answer, "language"), ==, "solidity");
	assert_error(wrong, 400, "bad-request", "files: it is missing");
	assert_error(huge, 413, "too-large", "the body is over 8192 bytes");
	g_assert_cmpint(auditor->http, ==, 403);
	fixture_stop(&fixture);
}

static void
test_none(void)
{
	Fixture fixture;
	g_autoptr(Answer) answer = NULL;

	fixture_start(&fixture, NULL);
	answer = compile(&fixture, SOURCE);
	assert_error(answer, 501, "not-offered",
		     "this host has no compiler for solidity: its "
		     "administrator sets one in [compiler]");
	fixture_stop(&fixture);
}

static void
test_slow(void)
{
	Fixture fixture;
	g_autoptr(Answer) answer = NULL;

	command[2] = (char *)"sleep 1000";
	fixture_start(&fixture, in_a_hurry);
	answer = compile(&fixture, SOURCE);
	assert_error(answer, 504, "timeout",
		     "compiling took more than 1 s and was ended");
	fixture_stop(&fixture);
}

/* ---- tasks, counted on the loop ---- */

typedef struct {
	StrandCall call;
	Fixture *fixture;
	guint running, waiting;
	gboolean counted; /* under the fixture's mutex */
} Count;

static void
count_on_loop(StrandCall *call)
{
	Count *count = (Count *)call;
	Fixture *fixture = count->fixture;

	g_mutex_lock(&fixture->mutex);
	count->running = compilers_running(fixture->compilers);
	count->waiting = compilers_waiting(fixture->compilers);
	count->counted = TRUE;
	g_cond_broadcast(&fixture->changed);
	g_mutex_unlock(&fixture->mutex);
}

static Count
count_tasks(Fixture *fixture)
{
	Count count = { .call.run = count_on_loop, .fixture = fixture };

	loop_post(fixture->loop, &count.call);
	g_mutex_lock(&fixture->mutex);
	while (!count.counted)
		g_cond_wait(&fixture->changed, &fixture->mutex);
	g_mutex_unlock(&fixture->mutex);
	return count;
}

static void
wait_for_tasks(Fixture *fixture, guint running, guint waiting)
{
	gint64 deadline = g_get_monotonic_time() +
			  DEADLINE_S * (gint64)G_USEC_PER_SEC;
	Count count;

	do {
		g_assert_cmpint(g_get_monotonic_time(), <, deadline);
		count = count_tasks(fixture);
	} while (count.running != running || count.waiting != waiting);
}

static Raw *
ask_and_stay(Fixture *fixture)
{
	Raw *raw = raw_open(fixture, "client", NULL);
	g_autofree char *request = g_strdup_printf(
		"POST " COMPILE " HTTP/1.1\r\nHost: x\r\nContent-Length: "
		"%zu\r\n\r\n%s",
		strlen(SOURCE), SOURCE);

	raw_send(raw, request);
	return raw;
}

static void
test_left(void)
{
	Fixture fixture;
	Raw *first, *second;
	g_autoptr(Answer) full = NULL;

	command[2] = (char *)"sleep 1000";
	fixture_start(&fixture, with_compiler);
	first = ask_and_stay(&fixture);
	wait_for_tasks(&fixture, 1, 0);
	second = ask_and_stay(&fixture);
	wait_for_tasks(&fixture, 1, 1);
	full = compile(&fixture, SOURCE);
	assert_error(full, 429, "busy",
		     "1 compilations wait already: try again later");
	raw_close(second);
	wait_for_tasks(&fixture, 1, 0);
	raw_close(first);
	wait_for_tasks(&fixture, 0, 0);
	fixture_stop(&fixture);
}

static void
test_closed(void)
{
	Fixture fixture;
	Raw *raw;
	g_autoptr(Answer) closed = NULL;
	g_autofree char *text = NULL;

	command[2] = (char *)"sleep 1000";
	fixture_start(&fixture, with_compiler);
	raw = ask_and_stay(&fixture);
	wait_for_tasks(&fixture, 1, 0);
	closed = ask_as(&fixture, "admin", "PATCH", "/v1/chains/c1",
			"{\"state\":\"closed\"}");
	g_assert_cmpint(closed->http, ==, 200);
	text = raw_read_until(raw, "the chain was closed");
	wait_for_tasks(&fixture, 0, 0);
	raw_close(raw);
	fixture_stop(&fixture);
}

static void
test_stopped(void)
{
	Fixture fixture;
	Raw *raw;

	command[2] = (char *)"sleep 1000";
	fixture_start(&fixture, with_compiler);
	raw = ask_and_stay(&fixture);
	wait_for_tasks(&fixture, 1, 0);
	raw_close(raw);
	fixture_stop(&fixture);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/gateway/compile/answers-what-the-engine-made-of-it",
			test_answer);
	g_test_add_func("/gateway/compile/is-not-offered-without-a-compiler",
			test_none);
	g_test_add_func("/gateway/compile/takes-no-longer-than-it-may",
			test_slow);
	g_test_add_func("/gateway/compile/ends-when-nobody-waits", test_left);
	g_test_add_func("/gateway/compile/ends-with-its-chain", test_closed);
	g_test_add_func("/gateway/compile/ends-with-the-host", test_stopped);
	return g_test_run();
}
