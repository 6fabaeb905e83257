/* SPDX-License-Identifier: Apache-2.0
 *
 * The simulator's parts, each by itself.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/sim/alter.h"
#include "tools/sim/model.h"
#include "tools/sim/options.h"
#include "tools/sim/queue.h"
#include "tools/sim/random.h"
#include "tools/sim/store.h"
#include "tools/sim/trace.h"

/* ---- hashes that are made wrong -------------------------------------------- */

static int32_t
digest_length(const bsn_slice *parts, uint64_t n, uint8_t *digest)
{
	memset(digest, 0, 4);
	for (uint64_t i = 0; i < n; i++)
		digest[3] = (uint8_t)(digest[3] + parts[i].len);
	return BSN_OK;
}

static int32_t
digest_lengths(const bsn_slice *messages, uint64_t n, uint8_t *digests)
{
	for (uint64_t i = 0; i < n; i++)
		digest_length(&messages[i], 1, digests + i * 4);
	return BSN_OK;
}

static void
assert_digests(const bsn_hash *hash, gboolean wrong)
{
	const bsn_slice messages[] = { bsn_slice_str("abc"),
				       bsn_slice_str("de") };
	guint8 digests[9] = { [8] = 77 };
	guint8 first = wrong ? 1 : 0;

	g_assert_cmpint(hash->digest(messages, 2, digests), ==, BSN_OK);
	g_assert_cmpuint(digests[0], ==, first);
	g_assert_cmpuint(digests[3], ==, 5);
	g_assert_cmpint(hash->digest_many(messages, 2, digests), ==, BSN_OK);
	g_assert_cmpuint(digests[0], ==, first);
	g_assert_cmpuint(digests[3], ==, 3);
	g_assert_cmpuint(digests[4], ==, first);
	g_assert_cmpuint(digests[7], ==, 2);
	g_assert_cmpuint(digests[8], ==, 77);
}

static void
test_alter_changes_what_it_is_told(void)
{
	const bsn_hash left = { .size = sizeof(left),
				.name = "left",
				.digest_len = 4,
				.digest = digest_length,
				.digest_many = digest_lengths };
	bsn_hash right = left;
	const bsn_hash *a = sim_alter_of(&left);
	const bsn_hash *b;

	right.name = "right";
	b = sim_alter_of(&right);
	g_assert_cmpstr(a->name, ==, "left");
	g_assert_cmpuint(b->digest_len, ==, 4);
	assert_digests(a, FALSE);
	sim_alter("left", FALSE);
	assert_digests(a, TRUE);
	assert_digests(b, FALSE);
	sim_alter("left", TRUE);
	assert_digests(a, FALSE);
	assert_digests(b, TRUE);
	sim_alter(NULL, FALSE);
	assert_digests(a, FALSE);
	assert_digests(b, FALSE);
	right.digest_many = NULL;
	g_assert_null(sim_alter_of(&right)->digest_many);
	for (guint i = 3; i < SIM_ALTERED_MAX; i++)
		g_assert_nonnull(sim_alter_of(&left));
	g_assert_null(sim_alter_of(&left));
}

/* ---- chance ---------------------------------------------------------------- */

/* SplitMix64's published sequence for seed 1234567. */
static void
test_random_is_splitmix(void)
{
	static const guint64 want[] = {
		G_GUINT64_CONSTANT(6457827717110365317),
		G_GUINT64_CONSTANT(3203168211198807973),
		G_GUINT64_CONSTANT(9817491932198370423),
	};
	SimRandom random = { 1234567 };

	for (guint i = 0; i < G_N_ELEMENTS(want); i++)
		g_assert_cmpuint(sim_random_u64(&random), ==, want[i]);
}

static void
test_random_streams_are_apart(void)
{
	SimRandom a = sim_random(1, "net", 0);
	SimRandom b = sim_random(1, "disk", 0);
	SimRandom c = sim_random(1, "net", 1);
	SimRandom again = sim_random(1, "net", 0);
	guint64 first = sim_random_u64(&a);

	g_assert_cmpuint(first, ==, sim_random_u64(&again));
	g_assert_cmpuint(first, !=, sim_random_u64(&b));
	g_assert_cmpuint(first, !=, sim_random_u64(&c));
}

static void
test_random_stays_in_bounds(void)
{
	SimRandom random = sim_random(3, "bounds", 0);
	gboolean low = FALSE;
	gboolean high = FALSE;

	g_assert_cmpuint(sim_random_below(&random, 0), ==, 0);
	for (guint i = 0; i < 10000; i++) {
		guint64 drawn = sim_random_range(&random, 5, 9);

		g_assert_cmpuint(drawn, >=, 5);
		g_assert_cmpuint(drawn, <=, 9);
		low |= drawn == 5;
		high |= drawn == 9;
		g_assert_false(sim_random_chance(&random, 0));
		g_assert_true(sim_random_chance(&random, 1000000));
	}
	g_assert_true(low && high);
}

/* ---- order ----------------------------------------------------------------- */

static void
test_queue_is_in_order_of_time_and_arrival(void)
{
	SimQueue *queue = sim_queue_new();
	SimRandom random = sim_random(7, "queue", 0);
	SimEvent event = { .kind = SIM_EVENT_FAULT };
	guint64 last_us = 0;
	guint64 last_number = 0;

	for (guint64 i = 1; i <= 2000; i++) {
		event.number = i;
		event.at_us = sim_random_below(&random, 50);
		sim_queue_push(queue, &event);
	}
	g_assert_cmpuint(sim_queue_length(queue), ==, 2000);
	while (sim_queue_pop(queue, &event)) {
		g_assert_cmpuint(event.at_us, >=, last_us);
		if (event.at_us == last_us)
			g_assert_cmpuint(event.number, >, last_number);
		last_us = event.at_us;
		last_number = event.number;
	}
	sim_queue_free(queue);
}

/* ---- disks ----------------------------------------------------------------- */

static void
put(SimStore *store, const char *key, const char *value, guint64 cookie)
{
	const bsn_write write = {
		sizeof(write),
		value != NULL ? BSN_WRITE_PUT : BSN_WRITE_DELETE,
		bsn_slice_str(key), bsn_slice_str(value)
	};

	g_assert_cmpuint(sim_store_check(&write, 1), ==, 1);
	sim_store_commit(store, &write, 1, cookie);
}

static void
expect(const SimStore *store, const char *key, const char *value)
{
	GBytes *found = sim_store_get(store, bsn_slice_str(key));
	g_autofree char *text = NULL;

	if (value == NULL) {
		g_assert_null(found);
		return;
	}
	g_assert_nonnull(found);
	text = g_strndup(g_bytes_get_data(found, NULL),
			 g_bytes_get_size(found));
	g_assert_cmpstr(text, ==, value);
}

static void
test_store_crash_keeps_a_prefix(void)
{
	for (guint kept = 0; kept <= 4; kept++) {
		SimStore *store = sim_store_new();

		put(store, "a", "old", 1);
		put(store, "b", "old", 2);
		g_assert_cmpuint(sim_store_sync(store), ==, 1);
		g_assert_cmpuint(sim_store_sync(store), ==, 2);
		put(store, "a", "1", 3);
		put(store, "b", NULL, 4);
		put(store, "a", "2", 5);
		put(store, "c", "new", 6);
		g_assert_cmpuint(sim_store_pending(store), ==, 4);
		sim_store_crash(store, kept);
		g_assert_cmpuint(sim_store_pending(store), ==, 0);
		expect(store, "a", kept == 0 ? "old" : kept < 3 ? "1" : "2");
		expect(store, "b", kept < 2 ? "old" : NULL);
		expect(store, "c", kept < 4 ? NULL : "new");
		sim_store_free(store);
	}
}

static void
test_store_copy_is_its_own(void)
{
	SimStore *store = sim_store_new();
	SimStore *copy;

	put(store, "a", "1", 0);
	copy = sim_store_copy(store);
	put(store, "a", "2", 0);
	expect(copy, "a", "1");
	expect(store, "a", "2");
	sim_store_crash(copy, 0);
	expect(copy, "a", "1");
	sim_store_free(copy);
	sim_store_free(store);
}

static void
test_store_knows_the_limits(void)
{
	guint8 long_key[BSN_STORE_KEY_MAX + 1] = { 0 };
	const bsn_write writes[] = {
		{ sizeof(bsn_write), BSN_WRITE_PUT, bsn_slice_str("a"),
		  bsn_slice_str("b") },
		{ sizeof(bsn_write), BSN_WRITE_PUT,
		  bsn_slice_of(long_key, sizeof(long_key)),
		  bsn_slice_str("b") },
		{ sizeof(bsn_write), BSN_WRITE_DELETE, { NULL, 0 },
		  { NULL, 0 } },
		{ sizeof(bsn_write), 7, bsn_slice_str("a"), { NULL, 0 } },
	};

	g_assert_cmpuint(sim_store_check(writes, 4), ==, 1);
	for (guint i = 1; i < 4; i++)
		g_assert_cmpuint(sim_store_check(&writes[i], 1), ==, 0);
}

/* ---- model signatures ------------------------------------------------------ */

static const bsn_signature real = { .size = sizeof(bsn_signature),
				    .name = "real",
				    .public_key_len = 64,
				    .signature_len = 65 };

static void
test_model_signatures_verify_and_nothing_else_does(void)
{
	const bsn_signature *model = sim_model_of(&real);
	guint8 seed[48] = { 1 };
	guint8 private_key[2][32], public_key[2][64], signature[65];
	bsn_verify_item item = { .size = sizeof(item),
				 .message = bsn_slice_str("text") };

	for (guint i = 0; i < 2; i++, seed[0]++)
		g_assert_cmpint(model->generate(seed, private_key[i],
						public_key[i]),
				==, BSN_OK);
	g_assert_cmpint(model->sign(private_key[0], BSN_SIGN_STANDARD,
				    bsn_slice_of(NULL, 0), item.message,
				    signature), ==, BSN_OK);
	item.public_key = bsn_slice_of(public_key[0], 64);
	item.signature = bsn_slice_of(signature, 65);
	g_assert_cmpint(model->verify(&item), ==, BSN_OK);
	item.public_key = bsn_slice_of(public_key[1], 64);
	g_assert_cmpint(model->verify(&item), ==, BSN_BAD_SIGNATURE);
	item.public_key = bsn_slice_of(public_key[0], 64);
	item.message = bsn_slice_str("Text");
	g_assert_cmpint(model->verify(&item), ==, BSN_BAD_SIGNATURE);
	item.message = bsn_slice_str("text");
	item.convention = BSN_SIGN_PREHASHED;
	g_assert_cmpint(model->verify(&item), ==, BSN_BAD_SIGNATURE);
	item.convention = BSN_SIGN_STANDARD;
	for (guint bit = 0; bit < 65 * 8; bit++) {
		signature[bit / 8] ^= (guint8)(1 << (bit % 8));
		g_assert_cmpint(model->verify(&item), ==, BSN_BAD_SIGNATURE);
		signature[bit / 8] ^= (guint8)(1 << (bit % 8));
	}
	g_assert_false(BSN_HAS(model, recover));
}

/* ---- the trace ------------------------------------------------------------- */

static void
test_trace_keeps_the_last_lines(void)
{
	SimTrace *trace = sim_trace_new(2, FALSE);
	g_autofree char *tail = NULL;
	guint64 before;

	for (guint i = 1; i <= 3; i++) {
		before = sim_trace_digest(trace);
		sim_trace_at(trace, i, 1500000 * i);
		sim_trace(trace, "n1", "line %u", i);
		g_assert_cmpuint(sim_trace_digest(trace), !=, before);
	}
	tail = sim_trace_tail(trace);
	g_assert_cmpstr(tail, ==,
			"      2     3.000000 n1   line 2\n"
			"      3     4.500000 n1   line 3\n");
	sim_trace_free(trace);
}

/* ---- the command line ------------------------------------------------------ */

static SimCommand
parse(SimOptions *options, const char *line, char **message)
{
	g_auto(GStrv) argv = NULL;
	g_autofree char **copy = NULL;
	int argc;

	g_assert_true(g_shell_parse_argv(line, &argc, &argv, NULL));
	copy = g_memdup2(argv, (gsize)(argc + 1) * sizeof(*argv));
	return sim_options_parse(options, argc, copy, message);
}

static void
test_printed_command_means_the_same(void)
{
	static const char *const lines[] = {
		"bsn-sim -e engine-x -c raft",
		"bsn-sim -e ./x.so -c pbft -n 7 -o 2 -b 2 -s 9 -k 77 "
		"-f crash,one-way --lies forge --settle 5 --plugin-dir /p "
		"-w 'my work.json' --config '{\"a\": 1}' -p a.so -p b.so "
		"--real-signatures",
		"bsn-sim -e x -c y -f none -b 1 --lies none",
		"bsn-sim -e ./alone.so -n 1",
	};

	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		SimOptions a, b;
		char *message = NULL;
		g_autofree char *first = NULL;
		g_autofree char *second = NULL;

		g_assert_cmpint(parse(&a, lines[i], &message), ==, SIM_RUN);
		first = sim_options_command(&a, 9);
		g_assert_cmpint(parse(&b, first, &message), ==, SIM_RUN);
		second = sim_options_command(&b, 9);
		g_assert_cmpstr(first, ==, second);
		g_assert_cmpuint(b.first_seed, ==, 9);
		g_assert_cmpuint(a.faults, ==, b.faults);
		g_assert_cmpuint(a.byzantine > 0 ? a.lies : b.lies, ==,
				 b.lies);
		g_assert_cmpstr(a.workload, ==, b.workload);
		g_assert_cmpstr(a.config, ==, b.config);
		g_assert_cmpuint(a.steps, ==, b.steps);
		g_assert_cmpuint(a.nodes + a.observers, ==,
				 b.nodes + b.observers);
		g_assert_true(b.trace);
		sim_options_clear(&a);
		sim_options_clear(&b);
	}
}

static void
test_wrong_command_lines_say_why(void)
{
	static const struct {
		const char *line, *says;
	} wrong[] = {
		{ "bsn-sim -c raft", "--engine" },
		{ "bsn-sim -e x -c y -n 0", "--nodes is 0" },
		{ "bsn-sim -e x -c y -n 65", "--nodes is 65" },
		{ "bsn-sim -e x -c y -n 60 -o 5", "--observers is 5" },
		{ "bsn-sim -e x -c y -b 4", "--byzantine is 4" },
		{ "bsn-sim -e x -c y -f crash,fire", "fire" },
		{ "bsn-sim -e x -c y --lies crash", "crash" },
		{ "bsn-sim -e x -c y --seeds 9..3", "9..3" },
		{ "bsn-sim -e x -c y -s -1", "-1" },
		{ "bsn-sim -e x -c y -k 0", "--steps is 0" },
		{ "bsn-sim -e x -c y more", "more" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		SimOptions options;
		g_autofree char *message = NULL;

		g_assert_cmpint(parse(&options, wrong[i].line, &message), ==,
				SIM_USAGE);
		if (strstr(message, wrong[i].says) == NULL)
			g_error("%s: %s", wrong[i].line, message);
		sim_options_clear(&options);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sim/alter/changes-what-it-is-told",
			test_alter_changes_what_it_is_told);
	g_test_add_func("/sim/random/is-splitmix64", test_random_is_splitmix);
	g_test_add_func("/sim/random/streams-are-apart",
			test_random_streams_are_apart);
	g_test_add_func("/sim/random/stays-in-bounds",
			test_random_stays_in_bounds);
	g_test_add_func("/sim/queue/is-in-order-of-time-and-arrival",
			test_queue_is_in_order_of_time_and_arrival);
	g_test_add_func("/sim/store/crash-keeps-a-prefix-of-the-batches",
			test_store_crash_keeps_a_prefix);
	g_test_add_func("/sim/store/copy-is-its-own", test_store_copy_is_its_own);
	g_test_add_func("/sim/store/knows-the-limits",
			test_store_knows_the_limits);
	g_test_add_func("/sim/model/verifies-what-was-signed-and-nothing-else",
			test_model_signatures_verify_and_nothing_else_does);
	g_test_add_func("/sim/trace/keeps-the-last-lines",
			test_trace_keeps_the_last_lines);
	g_test_add_func("/sim/options/printed-command-means-the-same",
			test_printed_command_means_the_same);
	g_test_add_func("/sim/options/wrong-command-lines-say-why",
			test_wrong_command_lines_say_why);
	return g_test_run();
}
