/* SPDX-License-Identifier: Apache-2.0
 *
 * The fake host must itself behave, and must catch an engine that does not:
 * those tests run in a child that has to fail.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tests/unit/fake-host.h"

/* An engine as small as can be; it writes down what it is told. */
struct bsn_ledger {
	bsn_chain *chain;
	GString *calls;
	bsn_reply *held; /* answered by the timer */
};

static bsn_ledger the_ledger;

static int32_t
open_ledger(bsn_chain *chain, bsn_slice genesis, bsn_ledger **ledger,
	    bsn_err *err)
{
	the_ledger.chain = chain;
	the_ledger.held = NULL;
	if (the_ledger.calls == NULL)
		the_ledger.calls = g_string_new(NULL);
	g_string_truncate(the_ledger.calls, 0);
	*ledger = &the_ledger;
	return BSN_OK;
}

static void
close_ledger(bsn_ledger *ledger)
{
	g_string_append(ledger->calls, "close ");
}

static void
durable(bsn_ledger *ledger, uint64_t cookie)
{
	g_string_append_printf(ledger->calls, "durable:%u ", (guint)cookie);
}

static void
answer(bsn_reply *reply, const char *json)
{
	bsn_host_reply(fake_host())->value(reply, bsn_slice_str(json));
}

static void
timer(bsn_ledger *ledger, uint64_t id)
{
	g_string_append_printf(ledger->calls, "timer:%u ", (guint)id);
	if (ledger->held != NULL)
		answer(ledger->held, "1");
	ledger->held = NULL;
}

static const bsn_chain_ops chain_ops = { .size = sizeof(bsn_chain_ops),
					 .open = open_ledger,
					 .close = close_ledger,
					 .durable = durable,
					 .timer = timer };
static const bsn_engine engine = { .size = sizeof(bsn_engine),
				   .framework = "small",
				   .chain = &chain_ops };

static bsn_chain *
start(void)
{
	bsn_chain *chain;

	fake_host_reset(7);
	chain = fake_chain_new("one");
	g_assert_cmpint(fake_chain_open(chain, &engine, bsn_slice_of(NULL, 0),
					NULL),
			==, BSN_OK);
	return chain;
}

static void
stop(bsn_chain *chain)
{
	fake_chain_close(chain);
	fake_chain_free(chain);
}

static void
reopen(bsn_chain *chain)
{
	g_assert_cmpint(fake_chain_open(chain, &engine, bsn_slice_of(NULL, 0),
					NULL),
			==, BSN_OK);
}

static int32_t
put(bsn_chain *chain, const char *key, const char *value, guint64 cookie)
{
	const bsn_write write = {
		.size = sizeof(write),
		.op = value != NULL ? BSN_WRITE_PUT : BSN_WRITE_DELETE,
		.key = bsn_slice_str(key),
		.value = bsn_slice_str(value),
	};

	return bsn_host_store(fake_host())->commit(chain, &write, 1, cookie,
						   NULL);
}

static void
assert_value(bsn_chain *chain, const char *key, const char *want)
{
	char room[16] = { 0 };
	bsn_fixed_sink sink = bsn_fixed_sink_of(room, sizeof(room) - 1);
	int32_t status = bsn_host_store(fake_host())
				 ->get(chain, bsn_slice_str(key), &sink.sink,
				       NULL);

	g_assert_cmpint(status, ==, want != NULL ? BSN_OK : BSN_NOT_FOUND);
	g_assert_cmpstr(room, ==, want != NULL ? want : "");
}

/* ---- store --------------------------------------------------------------- */

static void
test_reads_see_what_was_accepted(void)
{
	bsn_chain *chain = start();

	fake_chain_set_automatic(chain, FALSE);
	g_assert_cmpint(put(chain, "a", "1", 11), ==, BSN_OK);
	g_assert_cmpint(put(chain, "a", "2", 0), ==, BSN_OK);
	g_assert_cmpint(put(chain, "b", "3", 13), ==, BSN_OK);
	assert_value(chain, "a", "2");
	fake_host_settle();
	g_assert_cmpstr(the_ledger.calls->str, ==, "");
	fake_chain_make_durable(chain, 2);
	g_assert_cmpstr(the_ledger.calls->str, ==, "durable:11 ");
	g_assert_cmpuint(fake_chain_pending_batches(chain), ==, 1);
	fake_chain_set_automatic(chain, TRUE);
	fake_host_settle();
	g_assert_cmpstr(the_ledger.calls->str, ==, "durable:11 durable:13 ");
	stop(chain);
}

static void
test_crash_loses_a_suffix(void)
{
	bsn_chain *chain = start();

	fake_chain_set_automatic(chain, FALSE);
	put(chain, "a", "1", 1);
	put(chain, "b", "1", 2);
	fake_chain_make_durable(chain, 1);
	put(chain, "a", NULL, 3);
	assert_value(chain, "a", NULL);
	fake_chain_crash(chain);
	reopen(chain);
	assert_value(chain, "a", "1");
	assert_value(chain, "b", NULL);
	stop(chain);
}

static void
test_close_keeps_everything(void)
{
	bsn_chain *chain = start();

	put(chain, "a", "1", 1);
	fake_chain_close(chain);
	g_assert_cmpstr(the_ledger.calls->str, ==, "close ");
	reopen(chain);
	fake_host_settle();
	g_assert_cmpstr(the_ledger.calls->str, ==, "");
	assert_value(chain, "a", "1");
	stop(chain);
}

static void
test_full_store_refuses(void)
{
	bsn_chain *chain = start();

	fake_chain_set_writable(chain, BSN_FULL);
	g_assert_cmpint(put(chain, "a", "1", 1), ==, BSN_FULL);
	g_assert_cmpint(bsn_host_store(fake_host())->writable(chain, NULL), ==,
			BSN_FULL);
	assert_value(chain, "a", NULL);
	fake_chain_set_writable(chain, BSN_OK);
	g_assert_cmpint(put(chain, "a", "1", 1), ==, BSN_OK);
	stop(chain);
}

typedef struct {
	bsn_scan_sink sink;
	GString *keys;
} Keys;

static int32_t
collect(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Keys *keys = (Keys *)sink;

	g_string_append_len(keys->keys, (const char *)key.data,
			    (gssize)key.len);
	return key.data[0] == 'x' ? BSN_BUSY : BSN_OK;
}

static void
assert_scan(bsn_chain *chain, const char *from, const char *to,
	    guint32 flags, int32_t want, const char *keys)
{
	Keys found = { { collect }, g_string_new(NULL) };

	g_assert_cmpint(bsn_host_store(fake_host())
				->scan(chain, bsn_slice_str(from),
				       bsn_slice_str(to), flags, &found.sink,
				       NULL),
			==, want);
	g_assert_cmpstr(found.keys->str, ==, keys);
	g_string_free(found.keys, TRUE);
}

static void
test_scans_walk_a_range(void)
{
	static const char *const keys[] = { "x", "b", "ab", "a", "c", "y" };
	bsn_chain *chain = start();

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		put(chain, keys[i], "1", 0);
	assert_scan(chain, "a", "c", 0, BSN_OK, "aabb");
	assert_scan(chain, "ab", "", 0, BSN_BUSY, "abbcx");
	assert_scan(chain, "", "b", 0, BSN_OK, "aab");
	assert_scan(chain, "a", "c", BSN_SCAN_DESCENDING, BSN_OK, "baba");
	assert_scan(chain, "y", "", BSN_SCAN_DESCENDING, BSN_OK, "y");
	assert_scan(chain, "b", "zz", BSN_SCAN_DESCENDING, BSN_BUSY, "yx");
	assert_scan(chain, "d", "e", 0, BSN_OK, "");
	stop(chain);
}

/* ---- time, random, keys -------------------------------------------------- */

static void
test_timers_fire_in_order(void)
{
	bsn_chain *chain = start();
	const bsn_timer *service = bsn_host_timer(fake_host());

	service->set(chain, 1, 50);
	service->set(chain, 2, 20);
	service->set(chain, 3, 30);
	service->set(chain, 3, 100);
	service->set(chain, 4, 10);
	service->cancel(chain, 4);
	g_assert_cmpuint(fake_chain_timers(chain), ==, 3);
	fake_host_advance(60);
	g_assert_cmpstr(the_ledger.calls->str, ==, "timer:2 timer:1 ");
	g_assert_cmpuint(bsn_host_clock(fake_host())->wall_ms(chain), ==,
			 FAKE_START_MS + 60);
	fake_host_advance(40);
	g_assert_cmpstr(the_ledger.calls->str, ==,
			"timer:2 timer:1 timer:3 ");
	stop(chain);
}

static void
test_random_follows_the_seed(void)
{
	guint8 first[16];
	guint8 again[16];
	guint8 other[16];

	fake_host_reset(3);
	bsn_host_random(fake_host())->fill(NULL, first, sizeof(first));
	fake_host_reset(3);
	bsn_host_random(fake_host())->fill(NULL, again, sizeof(again));
	fake_host_reset(4);
	bsn_host_random(fake_host())->fill(NULL, other, sizeof(other));
	g_assert_true(memcmp(first, again, sizeof(first)) == 0);
	g_assert_true(memcmp(first, other, sizeof(first)) != 0);
}

static void
test_node_signs(void)
{
	const bsn_keys *keys = bsn_host_keys(fake_host());
	bsn_chain *chain = start();
	guint8 public_key[BSN_PUBLIC_KEY_MAX];
	guint8 bytes[BSN_SIGNATURE_MAX];
	bsn_fixed_sink key = bsn_fixed_sink_of(public_key, sizeof(public_key));
	bsn_fixed_sink signature = bsn_fixed_sink_of(bytes, sizeof(bytes));
	bsn_verify_item item = { .size = sizeof(item),
				 .message = bsn_slice_str("hello") };

	fake_host_load("crypto-std.so");
	g_assert_cmpint(keys->node_public_key(chain, "ed25519", &key.sink,
					      NULL),
			==, BSN_OK);
	g_assert_cmpint(keys->node_sign(chain, "ed25519", BSN_SIGN_STANDARD,
					bsn_slice_str("hello"),
					&signature.sink, NULL),
			==, BSN_OK);
	item.public_key = bsn_slice_of(public_key, key.len);
	item.signature = bsn_slice_of(bytes, signature.len);
	g_assert_cmpint(bsn_host_crypto(fake_host())
				->signature("ed25519")
				->verify(&item),
			==, BSN_OK);
	g_assert_cmpint(keys->node_public_key(chain, "rot13", &key.sink,
					      NULL),
			==, BSN_NOT_FOUND);
	stop(chain);
}

typedef struct {
	bsn_jobs jobs;
	guint done[5];
} Sum;

static void
run_job(bsn_jobs *jobs, uint64_t index)
{
	((Sum *)jobs)->done[index]++;
}

static void
test_jobs_run_once_each(void)
{
	bsn_chain *chain = start();
	Sum sum = { .jobs = { run_job } };

	bsn_host_parallel(fake_host())->run(chain, &sum.jobs, 5);
	for (guint i = 0; i < 5; i++)
		g_assert_cmpuint(sum.done[i], ==, 1);
	stop(chain);
}

/* ---- replies ------------------------------------------------------------- */

static void
test_answers_are_copied(void)
{
	bsn_chain *chain = start();
	g_autoptr(bsn_reply) reply = fake_reply_new(chain, FAKE_ANSWER_VALUE);
	char text[] = "{\"a\":1}";
	g_autofree char *copy = NULL;

	answer(reply, text);
	text[0] = 'x';
	g_assert_cmpint(fake_asked(reply, BSN_OK), ==, BSN_OK);
	copy = fake_text(reply->json);
	g_assert_cmpstr(copy, ==, "{\"a\":1}");
	stop(chain);
}

static void
test_answers_may_come_later(void)
{
	bsn_chain *chain = start();
	g_autoptr(bsn_reply) reply = fake_reply_new(chain, FAKE_ANSWER_VALUE);

	the_ledger.held = reply;
	bsn_host_timer(fake_host())->set(chain, 1, 10);
	g_assert_cmpint(fake_asked(reply, BSN_OK), ==, FAKE_PENDING);
	fake_host_advance(10);
	g_assert_cmpint(reply->status, ==, BSN_OK);
	stop(chain);
}

static void
test_stages_end_with_a_final_one(void)
{
	bsn_chain *chain = start();
	g_autoptr(bsn_reply) reply =
		fake_reply_new(chain, FAKE_ANSWER_TX_STAGES);
	bsn_tx_result result = { .size = sizeof(result),
				 .stage = BSN_TX_ACCEPTED };

	bsn_host_reply(fake_host())->tx(reply, &result);
	g_assert_cmpint(fake_asked(reply, BSN_OK), ==, FAKE_PENDING);
	result.stage = BSN_TX_COMMITTED;
	result.block = 4;
	bsn_host_reply(fake_host())->tx(reply, &result);
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_true(reply->accepted);
	g_assert_cmpuint(reply->stages, ==, 2);
	g_assert_cmpuint(reply->tx.block, ==, 4);
	stop(chain);
}

static void
test_refused_calls_are_recorded(void)
{
	bsn_chain *chain = start();
	g_autoptr(bsn_reply) reply = fake_reply_new(chain, FAKE_ANSWER_VALUE);

	g_assert_cmpint(fake_asked(reply, bsn_fail(&reply->err, BSN_NOT_FOUND,
						   "no such thing")),
			==, BSN_NOT_FOUND);
	g_assert_cmpint(reply->status, ==, BSN_NOT_FOUND);
	stop(chain);
}

static void
test_crash_leaves_replies_unanswered(void)
{
	bsn_chain *chain = start();
	g_autoptr(bsn_reply) reply = fake_reply_new(chain, FAKE_ANSWER_VALUE);

	fake_asked(reply, BSN_OK);
	fake_chain_crash(chain);
	g_assert_cmpint(reply->status, ==, FAKE_PENDING);
	fake_chain_free(chain);
}

/* ---- what it must catch -------------------------------------------------- */

static void
break_by_answering_twice(bsn_chain *chain, bsn_reply *reply)
{
	answer(reply, "1");
	answer(reply, "1");
}

static void
break_by_answering_another_kind(bsn_chain *chain, bsn_reply *reply)
{
	bsn_ledger_info info = { .size = sizeof(info) };

	bsn_host_reply(fake_host())->ledger(reply, &info);
	answer(reply, "1");
}

static void
break_by_answering_no_json(bsn_chain *chain, bsn_reply *reply)
{
	answer(reply, "{");
}

static void
break_by_failing_after_use(bsn_chain *chain, bsn_reply *reply)
{
	answer(reply, "1");
	fake_asked(reply, bsn_fail(&reply->err, BSN_BUSY, "busy"));
}

static void
break_by_failing_without_reason(bsn_chain *chain, bsn_reply *reply)
{
	fake_asked(reply, BSN_BUSY);
}

static void
break_by_never_answering(bsn_chain *chain, bsn_reply *reply)
{
	fake_asked(reply, BSN_OK);
}

static void
break_by_calling_when_closed(bsn_chain *chain, bsn_reply *reply)
{
	answer(reply, "1");
	fake_chain_close(chain);
	put(chain, "a", "1", 1);
	reopen(chain);
}

static int32_t
read_inside(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	assert_value(the_ledger.chain, "zz", NULL);
	return BSN_OK;
}

static void
break_by_reading_in_a_scan(bsn_chain *chain, bsn_reply *reply)
{
	bsn_scan_sink sink = { read_inside };

	answer(reply, "1");
	put(chain, "a", "1", 0);
	bsn_host_store(fake_host())
		->scan(chain, bsn_slice_of(NULL, 0), bsn_slice_of(NULL, 0), 0,
		       &sink, NULL);
}

static void
break_by_too_long_a_key(bsn_chain *chain, bsn_reply *reply)
{
	g_autofree char *key = g_strnfill(BSN_STORE_KEY_MAX + 1, 'k');

	answer(reply, "1");
	put(chain, key, "1", 0);
}

static void
break_by_announcing_twice(bsn_chain *chain, bsn_reply *reply)
{
	answer(reply, "1");
	bsn_host_events(fake_host())->block(chain, 3);
	bsn_host_events(fake_host())->block(chain, 3);
}

typedef void (*Break)(bsn_chain *chain, bsn_reply *reply);

/* Runs as a child; the parent wants to see it fail. */
static void
break_a_rule(gconstpointer data)
{
	Break broken = *(const Break *)data;
	bsn_chain *chain = start();
	bsn_reply *reply = fake_reply_new(chain, FAKE_ANSWER_VALUE);

	broken(chain, reply);
	stop(chain);
	fake_reply_free(reply);
}

static void
expect_failure(gconstpointer data)
{
	if (g_test_subprocess()) {
		break_a_rule(data);
		return;
	}
	g_test_trap_subprocess(NULL, 0, 0);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr("*broken rule: *");
}

static const struct {
	const char *name;
	Break broken;
} breaks[] = {
	{ "/fake-host/catches/answering-twice", break_by_answering_twice },
	{ "/fake-host/catches/answering-another-kind",
	  break_by_answering_another_kind },
	{ "/fake-host/catches/answering-no-json", break_by_answering_no_json },
	{ "/fake-host/catches/failing-after-use", break_by_failing_after_use },
	{ "/fake-host/catches/failing-without-reason",
	  break_by_failing_without_reason },
	{ "/fake-host/catches/never-answering", break_by_never_answering },
	{ "/fake-host/catches/calling-when-closed",
	  break_by_calling_when_closed },
	{ "/fake-host/catches/reading-in-a-scan", break_by_reading_in_a_scan },
	{ "/fake-host/catches/too-long-a-key", break_by_too_long_a_key },
	{ "/fake-host/catches/announcing-twice", break_by_announcing_twice },
};

static void
add_good(void)
{
	g_test_add_func("/fake-host/store/reads-see-what-was-accepted",
			test_reads_see_what_was_accepted);
	g_test_add_func("/fake-host/store/crash-loses-what-is-not-durable",
			test_crash_loses_a_suffix);
	g_test_add_func("/fake-host/store/close-keeps-everything",
			test_close_keeps_everything);
	g_test_add_func("/fake-host/store/full-one-refuses",
			test_full_store_refuses);
	g_test_add_func("/fake-host/store/scans-walk-a-range",
			test_scans_walk_a_range);
	g_test_add_func("/fake-host/timer/fires-in-order",
			test_timers_fire_in_order);
	g_test_add_func("/fake-host/random/follows-the-seed",
			test_random_follows_the_seed);
	g_test_add_func("/fake-host/keys/node-signs", test_node_signs);
	g_test_add_func("/fake-host/parallel/runs-each-job-once",
			test_jobs_run_once_each);
	g_test_add_func("/fake-host/reply/answers-are-copied",
			test_answers_are_copied);
	g_test_add_func("/fake-host/reply/answers-may-come-later",
			test_answers_may_come_later);
	g_test_add_func("/fake-host/reply/stages-end-with-a-final-one",
			test_stages_end_with_a_final_one);
	g_test_add_func("/fake-host/reply/refused-calls-are-recorded",
			test_refused_calls_are_recorded);
	g_test_add_func("/fake-host/reply/crash-leaves-them-unanswered",
			test_crash_leaves_replies_unanswered);
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	add_good();
	for (gsize i = 0; i < G_N_ELEMENTS(breaks); i++)
		g_test_add_data_func(breaks[i].name, &breaks[i].broken,
				     expect_failure);
	status = g_test_run();
	if (the_ledger.calls != NULL)
		g_string_free(the_ledger.calls, TRUE);
	return status;
}
