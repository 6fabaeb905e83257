/* SPDX-License-Identifier: Apache-2.0
 *
 * Trials of an overlay: whatever transactions do on however many of them, what
 * is said to count is what comes of running one after the other.
 *
 * A transaction here is a program drawn from a seed. What it goes on to do
 * depends on all that it has read, so that one that saw something else than in
 * serial order is found out by its outcome or by its changes.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/table.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fake-host.h"

/* More seeds for whoever has the time. */
#define SEEDS_VARIABLE "FISCO_TRIAL_SEEDS"
#define SEEDS 400u
#define ROUNDS 4u
#define KEYS 12u
#define TURNS_MAX 48u
#define LANES_MAX TRIALS_MAX
/* Values have two numbers, of 1 and of 2 bytes, and more. */
#define VALUE 5u
#define NUMBERS 3u

static bsn_chain *chain;

/* ---- transactions ------------------------------------------------------- */

typedef struct {
	Overlay *state;
	GRand *rand;
	guint64 seen; /* all that it knows */
} Run;

static void
learn(Run *run, guint64 what)
{
	run->seen = (run->seen ^ what) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
	run->seen ^= run->seen >> 32;
}

/* Some keys are more wanted than others. */
static bsn_slice
draw_key(Run *run, char *room)
{
	gint32 i = g_rand_int_range(run->rand, 0, (gint32)KEYS);

	room[0] = 'k';
	room[1] = (char)('a' + g_rand_int_range(run->rand, 0, i + 1));
	return bsn_slice_of(room, 2);
}

static void
get(Run *run, bsn_slice key)
{
	bsn_slice value;
	int32_t status = overlay_get(run->state, key, &value);

	learn(run, (guint64)status);
	for (guint64 i = 0; i < value.len; i++)
		learn(run, value.data[i]);
}

static gboolean
is_zero(bsn_slice bytes)
{
	for (guint64 i = 0; i < bytes.len; i++)
		if (bytes.data[i] != 0)
			return FALSE;
	return TRUE;
}

/* Learns no more than whether the numbers are 0, and what is behind them. */
static gboolean
peek(Run *run, bsn_slice key, bsn_slice *value)
{
	int32_t status = overlay_peek(run->state, key, 0, NUMBERS, value);

	learn(run, (guint64)status);
	if (status != BSN_OK || value->len < NUMBERS)
		return FALSE;
	learn(run, is_zero(bsn_slice_of(value->data, NUMBERS)) ? 1 : 0);
	for (guint64 i = NUMBERS; i < value->len; i++)
		learn(run, value->data[i]);
	return TRUE;
}

/* That it would overflow depends on what is there. */
static void
add(Run *run, bsn_slice key)
{
	guint8 amount[2] = { 0, (guint8)g_rand_int_range(run->rand, 1, 120) };
	gboolean wide = g_rand_boolean(run->rand);
	bsn_slice value;
	guint now;

	if (!peek(run, key, &value))
		return;
	if (wide)
		amount[0] = (guint8)g_rand_int_range(run->rand, 0, 9);
	now = wide ? (guint)value.data[1] << 8 | value.data[2] : value.data[0];
	if (now + amount[1] + 256u * amount[0] > (wide ? 0xffffu : 0xffu)) {
		get(run, key);
		return;
	}
	g_assert_cmpint(overlay_add(run->state, key, wide ? 1 : 0,
				    wide ? bsn_slice_of(amount, 2)
					 : bsn_slice_of(amount + 1, 1)),
			==, BSN_OK);
}

/* What is put depends on what was seen. Now and then it is shorter than the
 * numbers are, or 0. */
static void
put(Run *run, bsn_slice key)
{
	guint8 value[VALUE] = { 0 };
	guint64 len = g_rand_int_range(run->rand, 0, 8) == 0 ? 1 : VALUE;

	if (g_rand_int_range(run->rand, 0, 6) != 0)
		memcpy(value, &run->seen, VALUE);
	if (g_rand_int_range(run->rand, 0, 3) != 0)
		value[0] = value[1] = 1;
	overlay_put(run->state, key, bsn_slice_of(value, len));
}

static void
do_one(Run *run)
{
	gint kind = g_rand_int_range(run->rand, 0, 20);
	char room[2];
	bsn_slice key = draw_key(run, room);
	bsn_slice value;

	if (kind < 12)
		add(run, key);
	else if (kind < 14)
		(void)peek(run, key, &value);
	else if (kind < 16)
		get(run, key);
	else if (kind < 19)
		put(run, key);
	else
		overlay_delete(run->state, key);
}

/* Some of it may be undone; what was learnt from it stays. */
static void
do_some(Run *run, guint depth)
{
	guint n = (guint)g_rand_int_range(run->rand, 0, 3);
	guint mark = overlay_mark(run->state);

	while (n-- > 0)
		if (depth < 3 && g_rand_int_range(run->rand, 0, 4) == 0)
			do_some(run, depth + 1);
		else
			do_one(run);
	if (depth > 0 && g_rand_int_range(run->rand, 0, 3) == 0)
		overlay_rollback(run->state, mark);
	/* What comes next depends on what was seen. */
	if (g_rand_int_range(run->rand, 0, 8) == 0)
		g_rand_set_seed(run->rand, (guint32)run->seen);
}

/* What it has seen in the end. */
static guint64
run_tx(Overlay *state, guint32 seed)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
	Run run = { state, rand, seed };

	do_some(&run, 0);
	return run.seen;
}

/* ---- a round ------------------------------------------------------------ */

typedef struct {
	guint n; /* turns */
	guint lanes;
	guint32 seeds[TURNS_MAX];
	guint lane_of[TURNS_MAX];
	guint marks[TURNS_MAX];
	guint64 seen[TURNS_MAX];
	Overlay *trials[LANES_MAX];
} Round;

static void
run_ahead(Round *round, const Overlay *state)
{
	for (guint i = 0; i < round->lanes; i++)
		round->trials[i] = overlay_trial(state);
	for (guint i = 0; i < round->n; i++) {
		Overlay *trial = round->trials[round->lane_of[i]];

		round->marks[i] = overlay_mark(trial);
		trial_begin_turn(trial, i);
		round->seen[i] = run_tx(trial, round->seeds[i]);
		g_assert_false(trial_forgot(trial));
	}
}

static guint
valid_turns(const Round *round)
{
	TrialClash clash = { TRIAL_NEVER, TRIAL_NEVER };

	for (guint i = 0; i < round->lanes; i++)
		for (guint j = i + 1; j < round->lanes; j++)
			trial_compare(round->trials[i], round->trials[j],
				      &clash);
	if (clash.before == TRIAL_NEVER)
		return round->n;
	g_assert_cmpuint(clash.before, <, round->n);
	g_assert_cmpuint(clash.other, <, clash.before);
	g_assert_cmpuint(round->lane_of[clash.before], !=,
			 round->lane_of[clash.other]);
	return clash.before;
}

/* The trials, in any order, as far as `valid`. */
static void
take(Round *round, Overlay *state, guint valid, guint first)
{
	for (guint i = round->n; i > valid; i--)
		overlay_rollback(round->trials[round->lane_of[i - 1]],
				 round->marks[i - 1]);
	for (guint i = 0; i < round->lanes; i++) {
		guint at = (first + i) % round->lanes;

		trial_take(state, round->trials[at]);
		overlay_free(round->trials[at]);
	}
}

static void
assert_same_changes(const Overlay *a, const Overlay *b)
{
	g_autoptr(GByteArray) one = g_byte_array_new();
	g_autoptr(GByteArray) other = g_byte_array_new();
	g_autoptr(GArray) changes = overlay_changes(a);

	overlay_put_changes((const OverlayChange *)changes->data, changes->len,
			    one);
	g_array_unref(changes);
	changes = overlay_changes(b);
	overlay_put_changes((const OverlayChange *)changes->data, changes->len,
			    other);
	assert_bytes(one->data, one->len, other->data, other->len);
}

/* Returns how many counted. */
static guint
run_round(GRand *rand, guint lanes, Overlay *ahead, Overlay *serial)
{
	Round round = { .lanes = lanes };
	guint valid;

	round.n = (guint)g_rand_int_range(rand, 2, TURNS_MAX + 1);
	for (guint i = 0; i < round.n; i++) {
		round.seeds[i] = g_rand_int(rand);
		round.lane_of[i] = (guint)g_rand_int_range(rand, 0,
							   (gint32)lanes);
	}
	run_ahead(&round, ahead);
	valid = valid_turns(&round);
	/* A block may end before. */
	if (g_rand_int_range(rand, 0, 4) == 0)
		valid = (guint)g_rand_int_range(rand, 0, (gint32)valid + 1);
	for (guint i = 0; i < valid; i++)
		g_assert_cmpuint(run_tx(serial, round.seeds[i]), ==,
				 round.seen[i]);
	overlay_forget_marks(serial);
	take(&round, ahead, valid, g_rand_int(rand) % lanes);
	assert_same_changes(ahead, serial);
	return valid;
}

/* ---- tests -------------------------------------------------------------- */

static void
fill_store(GRand *rand)
{
	for (char i = 0; i < (char)KEYS; i++) {
		char key[2] = { 'k', (char)('a' + i) };
		guint8 value[VALUE];

		for (guint j = 0; j < VALUE; j++)
			value[j] = (guint8)(g_rand_int(rand) &
					    (j < NUMBERS ? 7 : 255));
		if (g_rand_int_range(rand, 0, 5) != 0)
			fake_chain_put(chain, bsn_slice_of(key, 2),
				       bsn_slice_of(value, VALUE));
	}
}

static void
start(void)
{
	bsn_err err = BSN_ERR_INIT;

	fake_host_reset(1);
	fake_host_load("crypto-gm.so");
	fake_host_load("crypto-std.so");
	g_assert_cmpint(services_find(fake_host(), &err), ==, BSN_OK);
	chain = fake_chain_new("one");
	fake_chain_open(chain, NULL, bsn_slice_of(NULL, 0), NULL);
	g_assert_cmpint(table_seed(), ==, BSN_OK);
}

static void
stop(void)
{
	fake_chain_close(chain);
	fake_chain_free(chain);
}

static guint
seeds(void)
{
	const char *given = g_getenv(SEEDS_VARIABLE);

	return given != NULL ? (guint)g_ascii_strtoull(given, NULL, 10)
			     : SEEDS;
}

static void
run_mixes(guint lanes)
{
	guint64 counted = 0;

	start();
	for (guint seed = 0; seed < seeds(); seed++) {
		g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
		g_autoptr(Overlay) ahead = overlay_new(chain);
		g_autoptr(Overlay) serial = overlay_new(chain);

		fill_store(rand);
		for (guint i = 0; i < ROUNDS; i++)
			counted += run_round(rand, lanes, ahead, serial);
	}
	g_assert_cmpuint(counted, >, ROUNDS * seeds() * 2);
	stop();
}

static void
test_two_lanes_are_serial_order(void)
{
	run_mixes(2);
}

static void
test_three_lanes_are_serial_order(void)
{
	run_mixes(3);
}

static void
test_many_lanes_are_serial_order(void)
{
	run_mixes(LANES_MAX);
}

static int32_t
ignore(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	return BSN_OK;
}

/* It says so when it cannot tell what was used. */
static void
test_a_trial_knows_what_it_does_not_remember(void)
{
	const bsn_slice all = bsn_slice_of(NULL, 0);
	bsn_scan_sink sink = { ignore };

	start();
	{
		g_autoptr(Overlay) state = overlay_new(chain);
		g_autoptr(Overlay) trial = overlay_trial(state);
		bsn_slice value;
		guint n = 0;

		g_assert_false(trial_forgot(trial));
		g_assert_cmpint(overlay_scan(trial, all, all, &sink), ==,
				BSN_OK);
		g_assert_true(trial_forgot(trial));
		g_assert_false(trial_forgot(trial));
		do {
			const bsn_slice key = bsn_slice_of(&n, sizeof(n));

			(void)overlay_get(trial, key, &value);
			n++;
		} while (!trial_forgot(trial) && n < 1u << 20);
		g_assert_cmpuint(n, >, 1000);
		g_assert_cmpuint(n, <, 1u << 20);
	}
	stop();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco-trial/two-lanes-are-serial-order",
			test_two_lanes_are_serial_order);
	g_test_add_func("/fisco-trial/three-lanes-are-serial-order",
			test_three_lanes_are_serial_order);
	g_test_add_func("/fisco-trial/many-lanes-are-serial-order",
			test_many_lanes_are_serial_order);
	g_test_add_func("/fisco-trial/what-is-not-remembered",
			test_a_trial_knows_what_it_does_not_remember);
	return g_test_run();
}
