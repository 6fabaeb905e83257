/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/check/paths.h"

#include <string.h>

#include "plugins/runtime-evm/opcodes.h"

typedef struct {
	guint64 context;
	guint32 at;
	guint16 depth;
	guint16 reserved;
} Key;

static guint
key_hash(gconstpointer data)
{
	const Key *key = data;

	return (guint)(key->context ^ key->context >> 32) * 31u +
	       key->at * 2654435761u + key->depth;
}

static gboolean
key_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, sizeof(Key)) == 0;
}

/* Where a function returns to is a label that stands on its stack: paths with
 * other labels there are kept apart. */
static guint64
context_of(const Machine *machine, const Region *region)
{
	guint64 sum = 14695981039346656037u; /* FNV-1a */

	for (guint i = 0; i < machine->depth; i++) {
		const Value *value = &machine->stack[i];

		if (!value->literal || value->number >= region->code.len ||
		    region->labels[value->number] == 0)
			continue;
		sum = (sum ^ (value->number + ((guint64)i << 32))) *
		      1099511628211u;
	}
	return sum;
}

/* ---- joining ------------------------------------------------------------- */

/* What holds of both. TRUE when that is less than what held of `into`. */
static gboolean
join_value(Value *into, const Value *value, Region *region)
{
	Value before = *into;

	if (into->call != value->call) {
		if (into->call != 0)
			region_mark(region, into->call - 1, MARK_USED);
		if (value->call != 0)
			region_mark(region, value->call - 1, MARK_USED);
		into->call = 0;
	}
	if (!value->known || into->number != value->number) {
		into->known = 0;
		into->literal = 0;
		into->number = 0;
	}
	into->literal &= value->literal;
	into->from |= value->from;
	return memcmp(&before, into, sizeof(before)) != 0;
}

static gboolean
join(Node *node, const Machine *machine, Region *region)
{
	gboolean changed = FALSE;

	for (guint i = 0; i < node->depth; i++)
		changed |= join_value(&node->stack[i], &machine->stack[i],
				      region);
	for (guint i = 0; i < G_N_ELEMENTS(node->scratch); i++)
		changed |= join_value(&node->scratch[i], &machine->scratch[i],
				      region);
	if ((node->guarded && !machine->guarded) ||
	    (node->copied && !machine->copied) ||
	    (!node->open && machine->open)) {
		node->guarded &= machine->guarded != 0;
		node->copied &= machine->copied != 0;
		node->open |= machine->open != 0;
		changed = TRUE;
	}
	return changed;
}

static void
enqueue(Paths *paths, guint32 index)
{
	Node *node = &g_array_index(paths->nodes, Node, index);

	if (node->queued)
		return;
	node->queued = TRUE;
	g_array_append_val(paths->queue, index);
}

static guint32
add_node(Paths *paths, const Key *key)
{
	const Machine *machine = paths->machine;
	guint32 index = paths->nodes->len;
	Node node = {
		.at = key->at,
		.depth = key->depth,
		.context = key->context,
		.open = machine->open != 0,
		.guarded = machine->guarded != 0,
		.copied = machine->copied != 0,
	};

	memcpy(node.scratch, machine->scratch, sizeof(node.scratch));
	node.stack = g_memdup2(machine->stack,
			       machine->depth * sizeof(Value));
	paths->items += machine->depth;
	g_array_append_val(paths->nodes, node);
	g_hash_table_insert(paths->index, g_memdup2(key, sizeof(*key)),
			    GUINT_TO_POINTER(index + 1));
	enqueue(paths, index);
	return index;
}

/* The machine as it is goes on at `at`. */
static gboolean
reach(Paths *paths, Region *region, guint64 at, guint32 *index)
{
	const Machine *machine = paths->machine;
	Key key = { context_of(machine, region), (guint32)at,
		    (guint16)machine->depth, 0 };
	gpointer known = g_hash_table_lookup(paths->index, &key);

	paths->steps += machine->depth;
	if (known != NULL) {
		*index = GPOINTER_TO_UINT(known) - 1;
		if (join(&g_array_index(paths->nodes, Node, *index), machine,
			 region))
			enqueue(paths, *index);
		return TRUE;
	}
	if (paths->nodes->len >= PATHS_NODES_MAX ||
	    paths->items + machine->depth > PATHS_ITEMS_MAX) {
		region->incomplete = TRUE;
		return FALSE;
	}
	*index = add_node(paths, &key);
	return TRUE;
}

/* ---- one block ----------------------------------------------------------- */

static void
load_node(Paths *paths, guint32 index)
{
	const Node *node = &g_array_index(paths->nodes, Node, index);
	Machine *machine = paths->machine;

	machine->depth = node->depth;
	machine->open = node->open;
	machine->guarded = node->guarded;
	machine->copied = node->copied;
	memset(&machine->work, 0, sizeof(machine->work));
	memcpy(machine->scratch, node->scratch, sizeof(machine->scratch));
	if (node->depth > 0)
		memcpy(machine->stack, node->stack,
		       node->depth * sizeof(Value));
}

/* Runs a block to its end; `at` is then its last instruction, or the next
 * block's first one when control falls into it. */
static Step
run_block(Paths *paths, Region *region, guint64 *at, GArray *copies)
{
	guint64 begin = *at;
	Step step;

	for (;;) {
		guint8 op;

		if (*at >= region->code.len)
			return (Step){ .flow = FLOW_END };
		op = region->code.data[*at];
		if (*at != begin && op == OP_JUMPDEST)
			return (Step){ .flow = FLOW_ON };
		step = machine_step(paths->machine, region, *at, copies);
		paths->steps++;
		if (step.flow != FLOW_ON)
			return step;
		*at += 1 + opcode_immediate(op);
	}
}

static gboolean
is_label(const Region *region, const Value *target)
{
	return target->known && target->number < region->code.len &&
	       region->labels[target->number] != 0;
}

static void
follow_node(Paths *paths, Region *region, guint32 index)
{
	guint64 at = g_array_index(paths->nodes, Node, index).at;
	guint32 next[PATHS_NEXT_MAX];
	guint8 n = 0;
	Step step;
	Node *node;

	load_node(paths, index);
	step = run_block(paths, region, &at, NULL);
	if (step.flow == FLOW_JUMP || step.flow == FLOW_BRANCH) {
		if (!step.target.known)
			paths->unresolved = TRUE;
		if (is_label(region, &step.target) &&
		    !(step.flow == FLOW_BRANCH && step.condition.known &&
		      step.condition.number == 0) &&
		    reach(paths, region, step.target.number, &next[n]))
			n++;
	}
	if (step.flow == FLOW_BRANCH)
		at++;
	if ((step.flow == FLOW_ON ||
	     (step.flow == FLOW_BRANCH &&
	      !(step.condition.known && step.condition.number != 0))) &&
	    reach(paths, region, at, &next[n]))
		n++;
	node = &g_array_index(paths->nodes, Node, index);
	node->ends = step.flow == FLOW_END;
	node->condition = step.condition.from;
	node->work = paths->machine->work;
	node->next_n = n;
	memcpy(node->next, next, n * sizeof(next[0]));
}

static void
drain(Paths *paths, Region *region)
{
	while (paths->queue->len > 0 && !region->incomplete) {
		guint32 index = g_array_index(paths->queue, guint32,
					      paths->queue->len - 1);

		g_array_set_size(paths->queue, paths->queue->len - 1);
		g_array_index(paths->nodes, Node, index).queued = FALSE;
		follow_node(paths, region, index);
		if (paths->steps > PATHS_STEPS_MAX)
			region->incomplete = TRUE;
	}
}

/* ---- all of them --------------------------------------------------------- */

static guint8 *
labels_reached(const Paths *paths, const Region *region)
{
	guint8 *reached = g_malloc0(region->code.len + 1);

	for (guint i = 0; i < paths->nodes->len; i++)
		reached[g_array_index(paths->nodes, Node, i).at] = 1;
	return reached;
}

/* A jump to nobody knows where (a function kept in a variable) can go to every
 * label that is not reached otherwise and that some code pushes. */
static void
follow_unresolved(Paths *paths, Region *region)
{
	g_autofree guint8 *reached = labels_reached(paths, region);
	guint32 index;

	for (guint64 at = 0; at < region->code.len; at++) {
		if (region->labels[at] == 0 || reached[at] != 0)
			continue;
		memset(paths->machine, 0, sizeof(*paths->machine));
		paths->machine->open = TRUE;
		reach(paths, region, at, &index);
	}
	drain(paths, region);
}

/* Once nothing changes any more, says what there is to say. */
static void
report(Paths *paths, Region *region)
{
	g_autoptr(GArray) copies =
		g_array_new(FALSE, FALSE, sizeof(CodeCopy));

	for (guint i = 0; i < paths->nodes->len; i++) {
		guint64 at = g_array_index(paths->nodes, Node, i).at;

		load_node(paths, i);
		run_block(paths, region, &at, copies);
	}
}

void
paths_follow(Paths *paths, Region *region)
{
	guint32 index;

	*paths = (Paths){ .steps = 0 };
	paths->nodes = g_array_new(FALSE, FALSE, sizeof(Node));
	paths->queue = g_array_new(FALSE, FALSE, sizeof(guint32));
	paths->index = g_hash_table_new_full(key_hash, key_equal, g_free,
					     NULL);
	paths->machine = g_new0(Machine, 1);
	reach(paths, region, 0, &index);
	drain(paths, region);
	if (paths->unresolved && !region->incomplete)
		follow_unresolved(paths, region);
	report(paths, region);
	if (region->incomplete)
		region_sweep(region);
}

void
paths_clear(Paths *paths)
{
	for (guint i = 0; paths->nodes != NULL && i < paths->nodes->len; i++)
		g_free(g_array_index(paths->nodes, Node, i).stack);
	g_clear_pointer(&paths->nodes, g_array_unref);
	g_clear_pointer(&paths->queue, g_array_unref);
	g_clear_pointer(&paths->index, g_hash_table_unref);
	g_clear_pointer(&paths->machine, g_free);
}
