/* SPDX-License-Identifier: Apache-2.0
 *
 * Random operations on the rows of a table, beside a list that does the same.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/precompiled/call.h"
#include "plugins/engine-fisco/precompiled/rows.h"
#include "plugins/engine-fisco/services.h"
#include "tests/unit/fake-host.h"

#define STEPS 3000u
#define KEYS 3
#define BUDGET (G_GUINT64_CONSTANT(1) << 50)

static Ledger ledger;
static Objects objects;
static Table table;

/* What the table should hold, in order of insertion. */
typedef struct {
	int key;
	int amount;
	int note;
} Known;

static GArray *known;

/* ---- one call ----------------------------------------------------------- */

typedef struct {
	char key[16];
	char amount[16];
	char note[16];
	Condition condition;
	GArray *fields; /* Field */
} Step;

static void
add_field(Step *step, const char *name, const char *value)
{
	Field field = { bsn_slice_str(name), bsn_slice_str(value) };

	g_array_append_val(step->fields, field);
}

static void
step_init(Step *step, int key, int amount, int note)
{
	*step = (Step){ .condition = CONDITION_ALL };
	g_snprintf(step->key, sizeof(step->key), "key %d", key);
	g_snprintf(step->amount, sizeof(step->amount), "%d", amount);
	g_snprintf(step->note, sizeof(step->note), "note %d", note);
	step->fields = g_array_new(FALSE, FALSE, sizeof(Field));
	step->condition.comparisons =
		g_array_new(FALSE, FALSE, sizeof(Comparison));
}

static void
step_compare(Step *step, CompareOp op, const char *field, const char *value)
{
	const Comparison one = { op, bsn_slice_str(field),
				 bsn_slice_str(value) };

	g_array_append_val(step->condition.comparisons, one);
}

static void
step_clear(Step *step)
{
	g_array_unref(step->fields);
	condition_clear(&step->condition);
}

/* ---- operations, here and there ----------------------------------------- */

static gint64
insert(PrecompiledCall *call, Step *step, const Known *row)
{
	gint64 code;

	add_field(step, "amount", step->amount);
	add_field(step, "note", step->note);
	g_assert_cmpint(rows_insert(call, &table, bsn_slice_str(step->key),
				    step->fields, &code), ==, BSN_OK);
	g_array_append_val(known, *row);
	return code - 1;
}

/* Sets the note of all with more than that amount. */
static gint64
update(PrecompiledCall *call, Step *step, const Known *row)
{
	gint64 code;

	add_field(step, "note", step->note);
	step_compare(step, COMPARE_GT, "amount", step->amount);
	g_assert_cmpint(rows_update(call, &table, bsn_slice_str(step->key),
				    step->fields, &step->condition, &code),
			==, BSN_OK);
	for (guint i = 0; i < known->len; i++) {
		Known *one = &g_array_index(known, Known, i);

		if (one->key != row->key || one->amount <= row->amount)
			continue;
		one->note = row->note;
		code--;
	}
	return code;
}

/* Removes all with that note. */
static gint64
take_out(PrecompiledCall *call, Step *step, const Known *row)
{
	gint64 code;

	step_compare(step, COMPARE_EQ, "note", step->note);
	g_assert_cmpint(rows_remove(call, &table, bsn_slice_str(step->key),
				    &step->condition, &code), ==, BSN_OK);
	for (guint i = known->len; i > 0; i--) {
		const Known *one = &g_array_index(known, Known, i - 1);

		if (one->key != row->key || one->note != row->note)
			continue;
		g_array_remove_index(known, i - 1);
		code--;
	}
	return code;
}

static void
assert_row(const Row *row, const Step *step, const Known *want)
{
	g_autofree char *amount = g_strdup_printf("%d", want->amount);
	g_autofree char *note = g_strdup_printf("note %d", want->note);
	char room[ROW_NUMBER_SIZE];
	bsn_slice key = bsn_slice_str(step->key);

	g_assert_true(bsn_slice_equal(row_value(row, &table, key,
						bsn_slice_str("amount"), room),
				      bsn_slice_str(amount)));
	g_assert_true(bsn_slice_equal(row_value(row, &table, key,
						bsn_slice_str("note"), room),
				      bsn_slice_str(note)));
	g_assert_true(bsn_slice_equal(row_value(row, &table, key,
						bsn_slice_str("id"), room),
				      key));
}

/* Compares the rows of at most that amount, from the second to the fifth. */
static gint64
look(PrecompiledCall *call, Step *step, const Known *row)
{
	g_autoptr(GPtrArray) rows = rows_new();
	guint passed = 0;
	guint at = 0;

	step_compare(step, COMPARE_LE, "amount", step->amount);
	step->condition.offset = 1;
	step->condition.count = 4;
	g_assert_cmpint(rows_select(call, &table, bsn_slice_str(step->key),
				    &step->condition, rows), ==, BSN_OK);
	for (guint i = 0; i < known->len; i++) {
		const Known *one = &g_array_index(known, Known, i);

		if (one->key != row->key || one->amount > row->amount ||
		    passed++ < 1 || at >= 4)
			continue;
		g_assert_cmpuint(at, <, rows->len);
		assert_row(rows->pdata[at++], step, one);
	}
	return (gint64)rows->len - at;
}

/* ---- the run ------------------------------------------------------------ */

static PrecompiledCall
call_new(Overlay *state, guint64 budget)
{
	static const guint8 who[ADDRESS_LEN] = { 0xa1 };
	PrecompiledCall call = {
		.ledger = &ledger,
		.state = state,
		.objects = &objects,
		.origin = who,
		.caller = who,
		.contract = who,
		.budget = budget,
	};

	results_init(&call.results);
	return call;
}

static void
random_step(Overlay *state, GRand *rand)
{
	gint64 (*const operations[])(PrecompiledCall *, Step *,
				     const Known *) = { insert, insert, update,
							take_out, look, look };
	const Known row = { g_rand_int_range(rand, 0, KEYS),
			    g_rand_int_range(rand, -30, 30),
			    g_rand_int_range(rand, 0, 6) };
	guint which = (guint)g_rand_int_range(
		rand, 0, (gint32)G_N_ELEMENTS(operations));
	PrecompiledCall call = call_new(state, BUDGET);
	Step step;

	step_init(&step, row.key, row.amount, row.note);
	g_assert_cmpint(operations[which](&call, &step, &row), ==, 0);
	step_clear(&step);
	results_clear(&call.results);
	g_free(call.reason);
}

static void
start(void)
{
	bsn_err err = BSN_ERR_INIT;

	fake_host_reset(5);
	fake_host_load("crypto-gm.so");
	g_assert_cmpint(services_find(fake_host(), &err), ==, BSN_OK);
	g_assert_cmpint(suite_find(&ledger.suite, TRUE, &err), ==, BSN_OK);
	ledger.chain = fake_chain_new("rows");
	fake_chain_open(ledger.chain, NULL, bsn_slice_of(NULL, 0), NULL);
	known = g_array_new(FALSE, FALSE, sizeof(Known));
}

static void
create(Overlay *state)
{
	PrecompiledCall call = call_new(state, BUDGET);
	gint64 code;

	g_assert_cmpint(table_create(&call, bsn_slice_str("t"),
				     bsn_slice_str("id"),
				     bsn_slice_str("amount, note"), &code),
			==, BSN_OK);
	g_assert_cmpint(code, ==, 0);
	g_assert_cmpint(table_load_named(&call, bsn_slice_str("t"), &table),
			==, BSN_OK);
	results_clear(&call.results);
}

static void
stop(void)
{
	table_clear(&table);
	g_array_unref(known);
	fake_chain_close(ledger.chain);
	fake_chain_free(ledger.chain);
}

static void
rows_are_those_of_a_list(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(7);
	g_autoptr(Overlay) state = NULL;

	start();
	state = overlay_new(ledger.chain);
	create(state);
	for (guint i = 0; i < STEPS; i++)
		random_step(state, rand);
	g_assert_cmpuint(known->len, >, 0);
	stop();
}

/* Whatever the budget, a call pays no more, and the dearest is enough. */
static void
work_ends_where_the_budget_does(void)
{
	static const guint64 budgets[] = { 0, 799, 800, 5000, 12000, BUDGET };
	g_autoptr(Overlay) state = NULL;

	start();
	state = overlay_new(ledger.chain);
	create(state);
	for (guint i = 0; i < G_N_ELEMENTS(budgets); i++) {
		PrecompiledCall call = call_new(state, budgets[i]);
		gint64 code;
		int32_t status;
		Step step;

		step_init(&step, 0, 1, 1);
		add_field(&step, "note", step.note);
		status = rows_insert(&call, &table, bsn_slice_str(step.key),
				     step.fields, &code);
		g_assert_cmpuint(call.used, <=, budgets[i]);
		g_assert_cmpint(status, ==,
				budgets[i] == BUDGET ? BSN_OK
						     : BSN_OUT_OF_BUDGET);
		step_clear(&step);
		results_clear(&call.results);
	}
	stop();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco-rows/they-are-those-of-a-list",
			rows_are_those_of_a_list);
	g_test_add_func("/fisco-rows/work-ends-where-the-budget-does",
			work_ends_where_the_budget_does);
	return g_test_run();
}
