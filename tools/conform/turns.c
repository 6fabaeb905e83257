/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/turns.h"

#define THREADS 2u

typedef struct {
	void (*work)(gpointer data); /* NULL: the end */
	gpointer data;
} Task;

struct Turns {
	GThread *threads[THREADS];
	GAsyncQueue *tasks[THREADS], *done;
	guint next;
};

typedef struct {
	GAsyncQueue *tasks, *done;
} Ends;

static gpointer
serve(gpointer data)
{
	g_autofree Ends *ends = data;

	for (;;) {
		Task *task = g_async_queue_pop(ends->tasks);

		if (task->work == NULL)
			return NULL;
		task->work(task->data);
		g_async_queue_push(ends->done, task);
	}
}

Turns *
turns_new(void)
{
	Turns *turns = g_new0(Turns, 1);

	turns->done = g_async_queue_new();
	for (guint i = 0; i < THREADS; i++) {
		Ends *ends = g_new(Ends, 1);

		turns->tasks[i] = g_async_queue_new();
		*ends = (Ends){ turns->tasks[i], turns->done };
		turns->threads[i] = g_thread_new("turn", serve, ends);
	}
	return turns;
}

void
turns_do(Turns *turns, void (*work)(gpointer data), gpointer data)
{
	Task task = { work, data };

	turns->next = (turns->next + 1) % THREADS;
	g_async_queue_push(turns->tasks[turns->next], &task);
	g_async_queue_pop(turns->done);
}

void
turns_free(Turns *turns)
{
	Task end = { NULL, NULL };

	if (turns == NULL)
		return;
	for (guint i = 0; i < THREADS; i++) {
		g_async_queue_push(turns->tasks[i], &end);
		g_thread_join(turns->threads[i]);
		g_async_queue_unref(turns->tasks[i]);
	}
	g_async_queue_unref(turns->done);
	g_free(turns);
}
