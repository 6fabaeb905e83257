/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/queue.h"

/* A binary heap, the earliest event at 0. */
struct SimQueue {
	GArray *heap; /* SimEvent */
	guint64 next_order;
};

SimQueue *
sim_queue_new(void)
{
	SimQueue *queue = g_new0(SimQueue, 1);

	queue->heap = g_array_new(FALSE, FALSE, sizeof(SimEvent));
	return queue;
}

static SimEvent *
at(const SimQueue *queue, guint i)
{
	return &g_array_index(queue->heap, SimEvent, i);
}

void
sim_queue_free(SimQueue *queue)
{
	if (queue == NULL)
		return;
	for (guint i = 0; i < queue->heap->len; i++)
		g_clear_pointer(&at(queue, i)->bytes, g_bytes_unref);
	g_array_unref(queue->heap);
	g_free(queue);
}

static gboolean
is_before(const SimEvent *a, const SimEvent *b)
{
	return a->at_us != b->at_us ? a->at_us < b->at_us
				    : a->order < b->order;
}

static void
swap(SimQueue *queue, guint i, guint j)
{
	SimEvent kept = *at(queue, i);

	*at(queue, i) = *at(queue, j);
	*at(queue, j) = kept;
}

void
sim_queue_push(SimQueue *queue, const SimEvent *event)
{
	guint i = queue->heap->len;

	g_array_append_val(queue->heap, *event);
	at(queue, i)->order = queue->next_order++;
	while (i > 0 && is_before(at(queue, i), at(queue, (i - 1) / 2))) {
		swap(queue, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
}

static guint
earlier_child(const SimQueue *queue, guint i)
{
	guint child = 2 * i + 1;

	if (child + 1 < queue->heap->len &&
	    is_before(at(queue, child + 1), at(queue, child)))
		child++;
	return child;
}

gboolean
sim_queue_pop(SimQueue *queue, SimEvent *event)
{
	guint i = 0;
	guint child;

	if (queue->heap->len == 0)
		return FALSE;
	*event = *at(queue, 0);
	g_array_remove_index_fast(queue->heap, 0);
	while ((child = earlier_child(queue, i)) < queue->heap->len &&
	       is_before(at(queue, child), at(queue, i))) {
		swap(queue, i, child);
		i = child;
	}
	return TRUE;
}

guint
sim_queue_length(const SimQueue *queue)
{
	return queue->heap->len;
}

guint64
sim_queue_next_us(const SimQueue *queue)
{
	return queue->heap->len > 0
		       ? g_array_index(queue->heap, SimEvent, 0).at_us
		       : G_MAXUINT64;
}
