/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-fabric's ledger against a plain reference. Programs read keys and
 * ranges and write what they make of that; they are simulated a step at a time
 * while blocks of others are committed, and go into blocks in any order.
 *
 * The reference is a sorted array. What it says: a simulation reads the state
 * that it began with; a transaction is valid if, at its turn, all that it read
 * is as it was and no earlier one of its block has touched it; and a valid one
 * run at its turn, one after the other, would have written the same.
 */
#include <string.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ledger.h"

#define SEEDS 100u
#define STEPS 400u
#define KEYS 130u
#define FLIGHTS 8u
#define OPS 6u

static void
assert_ok(int32_t status)
{
	g_assert_cmpint(status, ==, BSN_OK);
}

/* ---- the reference's state ---- */

typedef struct {
	gboolean exists;
	guint value;
	Version version;
} Cell;

/* By the number of the key; keys are in order. */
typedef struct {
	Cell cells[KEYS];
} Model;

/* Short, composite and longer than the store takes; in ascending order. */
static char *
key_name(guint key, gsize *len)
{
	static char name[512];

	if (key < 10) {
		/* Composite. */
		*len = (gsize)g_snprintf(name, sizeof(name), "?c?%03u?", key);
		name[0] = name[2] = name[*len - 1] = '\0';
	} else if (key < 20 || key >= 30) {
		*len = (gsize)g_snprintf(name, sizeof(name), "k%03u", key);
	} else {
		memset(name, 'l', 300);
		name[0] = 'k';
		name[1] = '0';
		name[2] = '2';
		*len = 300 + (gsize)g_snprintf(name + 300, 100, "%03u", key);
	}
	return name;
}

static bsn_slice
key_slice(guint key)
{
	gsize len;
	const char *name = key_name(key, &len);

	return bsn_slice_of(name, len);
}

static guint
key_number(const StateItem *item)
{
	bsn_slice parts[3];

	g_assert_true(
		state_key_split(item->key, &parts[0], &parts[1], &parts[2]));
	for (guint i = 0; i < KEYS; i++)
		if (bsn_slice_equal(parts[2], key_slice(i)))
			return i;
	g_assert_not_reached();
}

static void
test_the_keys_are_in_order(void)
{
	for (guint i = 1; i < KEYS; i++) {
		g_autoptr(GByteArray) before = g_byte_array_new();
		const bsn_slice key = key_slice(i - 1);

		g_byte_array_append(before, key.data, (guint)key.len);
		g_assert_cmpint(
			slice_compare(buffer_slice(before), key_slice(i)), <,
			0);
	}
}

/* ---- programs ---- */

typedef enum { OP_READ, OP_RANGE, OP_WRITE, OP_DELETE } OpKind;

typedef struct {
	OpKind kind;
	guint key;   /* or the range's start */
	guint end;   /* KEYS: open */
	guint limit; /* results that are read; 0: all */
} Op;

typedef struct {
	Op ops[OPS];
	guint n_ops;
	guint done;
	guint seen; /* digest of what it has read */
	Simulator *simulator;
	Model before;
	/* What it read: of each op, what a plain list has. */
	GArray *reads[OPS]; /* guint key, then its Cell */
	gboolean exhausted[OPS];
	GArray *writes; /* Write */
} Program;

typedef struct {
	guint key;
	Cell cell;
} Read;

typedef struct {
	guint key;
	gboolean is_delete;
	guint value;
} Write;

static guint
mix(guint seen, guint key, guint value)
{
	return (seen ^ (key * 31 + value)) * 2654435761u + 7;
}

static Op
op_random(GRand *rand)
{
	Op op = { (OpKind)g_rand_int_range(rand, 0, 4),
		  (guint)g_rand_int_range(rand, 0, KEYS), 0, 0 };

	/* Small conflicts more often than large ones. */
	if (op.kind != OP_RANGE && g_rand_boolean(rand))
		op.key = (guint)g_rand_int_range(rand, 5, 35);
	op.end = op.key + (guint)g_rand_int_range(rand, 0, 12);
	op.end = MIN(KEYS, op.end);
	if (op.kind == OP_RANGE && g_rand_int_range(rand, 0, 6) == 0) {
		op.key = (guint)g_rand_int_range(rand, 0, 20);
		op.end = KEYS;
	}
	if (g_rand_boolean(rand))
		op.limit = (guint)g_rand_int_range(rand, 1, 80);
	return op;
}

static Program *
program_new(GRand *rand)
{
	Program *program = g_new0(Program, 1);

	program->n_ops = (guint)g_rand_int_range(rand, 1, OPS + 1);
	for (guint i = 0; i < program->n_ops; i++) {
		program->ops[i] = op_random(rand);
		program->reads[i] = g_array_new(FALSE, FALSE, sizeof(Read));
	}
	program->writes = g_array_new(FALSE, FALSE, sizeof(Write));
	return program;
}

static void
program_free(Program *program)
{
	for (guint i = 0; i < program->n_ops; i++)
		g_array_unref(program->reads[i]);
	g_array_unref(program->writes);
	simulator_free(program->simulator);
	g_free(program);
}

static void
note_write(GArray *writes, const Op *op, guint seen)
{
	const Write write = { op->key, op->kind == OP_DELETE, seen };

	for (guint i = 0; i < writes->len; i++)
		if (g_array_index(writes, Write, i).key == op->key) {
			g_array_index(writes, Write, i) = write;
			return;
		}
	g_array_append_val(writes, write);
}

/* ---- the reference runs one ---- */

static void
model_read(const Model *model, guint key, GArray *reads, guint *seen)
{
	const Read read = { key, model->cells[key] };

	g_array_append_val(reads, read);
	*seen = mix(*seen, key, read.cell.exists ? read.cell.value : G_MAXUINT);
}

static gboolean
model_range(const Model *model, const Op *op, GArray *reads, guint *seen)
{
	for (guint key = op->key; key < op->end; key++) {
		if (!model->cells[key].exists)
			continue;
		if (op->limit != 0 && reads->len == op->limit)
			return FALSE;
		model_read(model, key, reads, seen);
	}
	/* With a limit that was just reached nobody asked for more. */
	return op->limit == 0 || reads->len < op->limit;
}

static void
model_step(const Model *model, const Op *op, GArray *reads, guint *seen,
	   gboolean *exhausted, GArray *writes)
{
	switch (op->kind) {
	case OP_READ:
		model_read(model, op->key, reads, seen);
		break;
	case OP_RANGE:
		*exhausted = model_range(model, op, reads, seen);
		break;
	case OP_WRITE:
	case OP_DELETE:
		note_write(writes, op, *seen);
		break;
	}
}

/* ---- the ledger runs one, and must read what the reference reads ---- */

static void
check_item(const StateItem *item, guint key, const Cell *cell)
{
	guint value;

	g_assert_true((item != NULL) == cell->exists);
	if (item == NULL)
		return;
	g_assert_cmpuint(key_number(item), ==, key);
	g_assert_cmpuint(item->version.block, ==, cell->version.block);
	g_assert_cmpuint(item->version.tx, ==, cell->version.tx);
	g_assert_cmpuint(item->value.len, ==, sizeof(value));
	memcpy(&value, item->value.data, sizeof(value));
	g_assert_cmpuint(value, ==, cell->value);
}

static void
ledger_range(Program *program, const Op *op, const GArray *expected,
	     gboolean exhausted)
{
	g_autofree guint8 *start = NULL;
	const bsn_slice first = key_slice(op->key);
	SimulatorRange *range;

	start = g_memdup2(first.data, first.len);
	assert_ok(
		simulator_range(program->simulator, TEXT("basic"),
				bsn_slice_of(start, first.len),
				op->end < KEYS ? key_slice(op->end) : TEXT(""),
				FALSE, &range, NULL));
	for (guint i = 0; i < expected->len; i++) {
		const Read *read = &g_array_index(expected, Read, i);
		g_autoptr(StateItem) item = NULL;

		assert_ok(simulator_range_next(range, &item, NULL));
		check_item(item, read->key, &read->cell);
	}
	if (exhausted) {
		g_autoptr(StateItem) item = NULL;

		assert_ok(simulator_range_next(range, &item, NULL));
		g_assert_null(item);
	}
	simulator_range_close(range);
}

static void
ledger_step(Program *program, const Op *op, const GArray *expected,
	    gboolean exhausted)
{
	g_autoptr(StateItem) item = NULL;

	switch (op->kind) {
	case OP_READ:
		assert_ok(simulator_get(program->simulator, TEXT("basic"),
					key_slice(op->key), &item, NULL));
		check_item(item, op->key,
			   &g_array_index(expected, Read, 0).cell);
		break;
	case OP_RANGE:
		ledger_range(program, op, expected, exhausted);
		break;
	case OP_WRITE:
		assert_ok(simulator_put(
			program->simulator, TEXT("basic"), key_slice(op->key),
			bsn_slice_of(&program->seen, sizeof(guint)), NULL));
		break;
	case OP_DELETE:
		assert_ok(simulator_delete(program->simulator, TEXT("basic"),
					   key_slice(op->key), NULL));
		break;
	}
}

static void
advance(Program *program)
{
	const guint at = program->done++;
	const Op *op = &program->ops[at];

	model_step(&program->before, op, program->reads[at], &program->seen,
		   &program->exhausted[at], program->writes);
	ledger_step(program, op, program->reads[at], program->exhausted[at]);
}

/* ---- what must become of one ---- */

static gboolean
is_same_read(const Model *model, const Read *read)
{
	const Cell *now = &model->cells[read->key];

	return now->exists == read->cell.exists &&
	       (!now->exists ||
		(now->version.block == read->cell.version.block &&
		 now->version.tx == read->cell.version.tx));
}

/* The same results again: up to the last one, or to the end. */
static gboolean
is_same_range(const Model *model, const Op *op, const GArray *reads,
	      gboolean exhausted)
{
	guint next = 0;
	guint end = op->end;

	if (!exhausted)
		end = g_array_index(reads, Read, reads->len - 1).key + 1;
	for (guint key = op->key; key < end; key++) {
		if (!model->cells[key].exists)
			continue;
		if (next == reads->len ||
		    g_array_index(reads, Read, next).key != key ||
		    !is_same_read(model, &g_array_index(reads, Read, next)))
			return FALSE;
		next++;
	}
	return next == reads->len;
}

/* Fabric looks at all single keys first, then at ranges. */
static TxCode
expected_code(const Model *model, const gboolean *touched,
	      const Program *program)
{
	for (guint i = 0; i < program->n_ops; i++) {
		const Read *read;

		if (program->ops[i].kind != OP_READ)
			continue;
		read = &g_array_index(program->reads[i], Read, 0);
		if (touched[read->key] || !is_same_read(model, read))
			return TX_CODE(MVCC_READ_CONFLICT);
	}
	for (guint i = 0; i < program->n_ops; i++)
		if (program->ops[i].kind == OP_RANGE &&
		    !is_same_range(model, &program->ops[i], program->reads[i],
				   program->exhausted[i]))
			return TX_CODE(PHANTOM_READ_CONFLICT);
	return TX_CODE(VALID);
}

/* Runs it at its turn and lets it write. */
static void
run_serially(Model *model, gboolean *touched, const Program *program,
	     Version version)
{
	g_autoptr(GArray) writes = g_array_new(FALSE, FALSE, sizeof(Write));
	guint seen = 0;

	for (guint i = 0; i < program->n_ops; i++) {
		g_autoptr(GArray) reads =
			g_array_new(FALSE, FALSE, sizeof(Read));
		gboolean exhausted;

		model_step(model, &program->ops[i], reads, &seen, &exhausted,
			   writes);
	}
	g_assert_cmpuint(writes->len, ==, program->writes->len);
	for (guint i = 0; i < writes->len; i++) {
		const Write *write = &g_array_index(writes, Write, i);
		const Write *was = &g_array_index(program->writes, Write, i);

		g_assert_cmpuint(write->value, ==, was->value);
		model->cells[write->key] =
			(Cell){ !write->is_delete, write->value, version };
		touched[write->key] = TRUE;
	}
}

static gboolean
has_summary(const Program *program)
{
	for (guint i = 0; i < program->n_ops; i++)
		if (program->reads[i]->len > RESULTS_DEGREE)
			return TRUE;
	return FALSE;
}

/* ---- a run ---- */

typedef struct {
	guint codes[256];     /* of each code */
	guint long_ranges[2]; /* that have a summary, invalid and valid ones */
} Totals;

typedef struct {
	FabricLedger *fixture;
	GRand *rand;
	Model model;
	GPtrArray *flights; /* Program, under way */
	GPtrArray *ready;   /* Program, for the next block */
	Totals *totals;
} Run;

static void
seal(Run *run)
{
	const guint64 number = run->fixture->ledger->head.height;
	gboolean touched[KEYS] = { FALSE };

	for (guint i = run->ready->len; i > 1; i--) {
		const guint other =
			(guint)g_rand_int_range(run->rand, 0, (gint)i);
		gpointer program = run->ready->pdata[i - 1];

		run->ready->pdata[i - 1] = run->ready->pdata[other];
		run->ready->pdata[other] = program;
	}
	for (guint i = 0; i < run->ready->len; i++) {
		Program *program = run->ready->pdata[i];
		g_autoptr(GByteArray) results =
			fabric_finish(g_steal_pointer(&program->simulator));
		const LedgerTx tx = { .results = buffer_slice(results) };

		fabric_ledger_add(run->fixture,
				  fabric_ledger_tx(run->fixture, &tx));
	}
	fabric_ledger_commit(run->fixture);
	for (guint i = 0; i < run->ready->len; i++) {
		const Program *program = run->ready->pdata[i];
		const TxCode code =
			expected_code(&run->model, touched, program);

		g_assert_cmpint(run->fixture->codes[i], ==, code);
		run->totals->codes[code]++;
		if (has_summary(program))
			run->totals->long_ranges[code == TX_CODE(VALID)]++;
		if (code == TX_CODE(VALID))
			run_serially(&run->model, touched, program,
				     (Version){ number, i });
	}
	g_ptr_array_set_size(run->ready, 0);
}

static void
begin(Run *run)
{
	Program *program = program_new(run->rand);

	program->before = run->model;
	program->simulator = simulator_new(run->fixture->ledger);
	g_ptr_array_add(run->flights, program);
}

static void
step(Run *run)
{
	const guint at =
		(guint)g_rand_int_range(run->rand, 0, (gint)run->flights->len);
	Program *program = run->flights->pdata[at];

	advance(program);
	if (program->done == program->n_ops)
		g_ptr_array_add(run->ready,
				g_ptr_array_steal_index_fast(run->flights, at));
}

static void
check_state(const Run *run)
{
	for (guint key = 0; key < KEYS; key++) {
		g_auto(Arena) arena = ARENA_INIT;
		g_autoptr(StateItem) item = NULL;

		assert_ok(state_get(&run->fixture->ledger->state,
				    state_key(&arena, TEXT("basic"), TEXT(""),
					      key_slice(key)),
				    &item, NULL));
		check_item(item, key, &run->model.cells[key]);
	}
}

/* All keys are there, so that ranges have more results than are listed. */
static void
fill(Run *run)
{
	Simulator *simulator = simulator_new(run->fixture->ledger);

	for (guint key = 0; key < KEYS; key++) {
		run->model.cells[key] = (Cell){ TRUE, key, { 1, 0 } };
		assert_ok(simulator_put(simulator, TEXT("basic"),
					key_slice(key),
					bsn_slice_of(&key, sizeof(key)), NULL));
	}
	g_assert_cmpint(
		fabric_ledger_run(run->fixture, fabric_finish(simulator)), ==,
		TX_CODE(VALID));
}

static void
run_seed(guint seed, Totals *totals)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
	g_autofree Run *run = g_new0(Run, 1);

	run->fixture = fixture;
	run->totals = totals;
	run->rand = rand;
	run->flights =
		g_ptr_array_new_with_free_func((GDestroyNotify)program_free);
	run->ready =
		g_ptr_array_new_with_free_func((GDestroyNotify)program_free);
	if (seed % 2 == 1)
		fill(run);
	for (guint i = 0; i < STEPS; i++) {
		const gint what = g_rand_int_range(rand, 0, 10);

		if (run->flights->len == 0 ||
		    (what < 3 && run->flights->len < FLIGHTS))
			begin(run);
		else if (what < 4 && run->ready->len > 0)
			seal(run);
		else
			step(run);
	}
	check_state(run);
	g_ptr_array_unref(run->flights);
	g_ptr_array_unref(run->ready);
	g_assert_cmpuint(fixture->ledger->snapshots.list.length, ==, 0);
	g_assert_cmpuint(fixture->ledger->snapshots.bytes, ==, 0);
}

static void
test_it_is_as_the_reference_says(void)
{
	Totals totals = { { 0 }, { 0 } };

	for (guint seed = 1; seed <= SEEDS; seed++)
		run_seed(seed, &totals);
	g_test_message(
		"valid %u, conflicts %u, phantoms %u; summaries %u and %u",
		totals.codes[TX_CODE(VALID)],
		totals.codes[TX_CODE(MVCC_READ_CONFLICT)],
		totals.codes[TX_CODE(PHANTOM_READ_CONFLICT)],
		totals.long_ranges[0], totals.long_ranges[1]);
	/* It must have come to all of them, and often. */
	g_assert_cmpuint(totals.codes[TX_CODE(VALID)], >, 10 * SEEDS);
	g_assert_cmpuint(totals.codes[TX_CODE(MVCC_READ_CONFLICT)], >, SEEDS);
	g_assert_cmpuint(totals.codes[TX_CODE(PHANTOM_READ_CONFLICT)], >,
			 SEEDS);
	g_assert_cmpuint(totals.long_ranges[0], >, SEEDS / 4);
	g_assert_cmpuint(totals.long_ranges[1], >, SEEDS / 4);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fabric/ledger/mvcc/the-keys-are-in-order",
			test_the_keys_are_in_order);
	g_test_add_func("/fabric/ledger/mvcc/it-is-as-the-reference-says",
			test_it_is_as_the_reference_says);
	return g_test_run();
}
