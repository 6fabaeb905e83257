/* SPDX-License-Identifier: Apache-2.0
 *
 * $timer_task: calls that wait for a height.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/args.h"
#include "plugins/engine-xuper/kernel/call.h"
#include "plugins/engine-xuper/kernel/timer.h"

#define KEY_TASK_ID "task_id"
#define KEY_DONE "done"
#define TRIGGER_MAX 65536u

static char *
task_key(guint64 height, guint64 id)
{
	return g_strdup_printf("%020" G_GUINT64_FORMAT "_%020" G_GUINT64_FORMAT,
			       height, id);
}

/* The first height at which something may wait. */
static int32_t
first_height(Sandbox *box, guint64 *height, bsn_err *err)
{
	int32_t status;
	g_autofree char *text =
		value_get_text(box, BUCKET_TIMER, KEY_DONE, &status, err);

	*height = 0;
	if (text == NULL)
		return status == BSN_NOT_FOUND ? BSN_OK : status;
	if (!value_number(bsn_slice_str(text), G_MAXINT64, height))
		return bsn_fail(err, BSN_E_CORRUPT,
				"the height of timer tasks cannot be read");
	*height += 1;
	return BSN_OK;
}

/* ---- adding ------------------------------------------------------------ */

static int32_t
next_id(Sandbox *box, guint64 *id, bsn_err *err)
{
	int32_t status;
	g_autofree char *old = value_get_text(box, BUCKET_TIMER, KEY_TASK_ID,
					      &status, err);
	g_autofree char *new = NULL;

	*id = 0;
	if (old == NULL && status != BSN_NOT_FOUND)
		return status;
	if (old != NULL &&
	    !value_number(bsn_slice_str(old), G_MAXINT64, id))
		return bsn_fail(err, BSN_E_CORRUPT,
				"the number of timer tasks cannot be read");
	*id += 1;
	new = g_strdup_printf("%" G_GUINT64_FORMAT, *id);
	return value_put_text(box, BUCKET_TIMER, KEY_TASK_ID, new, err);
}

int32_t
timer_add(Sandbox *box, guint64 height, const char *contract,
	  const char *method, const json_t *args, bsn_err *err)
{
	g_autoptr(json_t) task =
		json_pack("{s:s, s:s, s:s, s:O}", "module", KERNEL_MODULE,
			  "contract", contract, "method", method, "args", args);
	g_autofree char *key = NULL;
	guint64 id, first;
	int32_t status = next_id(box, &id, err);

	if (status == BSN_OK)
		status = first_height(box, &first, err);
	if (status != BSN_OK)
		return status;
	key = task_key(MAX(height, first), id);
	return value_put(box, BUCKET_TIMER, key, task, err);
}

static int32_t
add(KernelCall *call, bsn_err *err)
{
	g_autoptr(json_t) trigger = NULL;
	const KernelMethod *method;
	guint64 height;
	int32_t status;

	if (!called_by(call, "$proposal", err))
		return BSN_DENIED;
	if (!arg_number(call, "block_height", &height, err))
		return BSN_BAD_REQUEST;
	trigger = json_parse_object(kernel_arg(call, "trigger"), TRIGGER_MAX,
				    "trigger", &status, err);
	if (trigger == NULL)
		return status;
	method = call_described(trigger, "trigger", err);
	if (method == NULL)
		return BSN_BAD_REQUEST;
	return timer_add(call->box, height, method->contract, method->method,
			 json_object_get(trigger, "args"), err);
}

/* ---- doing ------------------------------------------------------------- */

static int32_t
run_task(Sandbox *box, const char *text, bsn_err *err)
{
	g_autoptr(json_t) task = json_loads(text, 0, NULL);
	const KernelMethod *method = call_described(task, "task", err);
	guint64 mark = sandbox_mark(box);
	int32_t status = BSN_BAD_REQUEST;

	if (method != NULL)
		status = call_kernel(box, method, "$timer_task",
				     json_object_get(task, "args"), 0, NULL,
				     err);
	if (status != BSN_OK)
		sandbox_revert(box, mark);
	return status < 0 ? status : BSN_OK;
}

static int32_t
put_done(Sandbox *box, guint64 height, bsn_err *err)
{
	g_autofree char *text =
		g_strdup_printf("%" G_GUINT64_FORMAT, height);

	return value_put_text(box, BUCKET_TIMER, KEY_DONE, text, err);
}

int32_t
timer_run(Sandbox *box, guint64 height, guint *done, bsn_err *err)
{
	g_autoptr(GPtrArray) tasks = value_entries_new();
	g_autofree char *end = task_key(height + 1, 0);
	g_autofree char *begin = NULL;
	guint64 first;
	int32_t status = first_height(box, &first, err);

	*done = 0;
	if (status != BSN_OK || first > height)
		return status;
	begin = task_key(first, 0);
	status = value_range(box, BUCKET_TIMER, begin, end, TIMER_TASKS_MAX,
			     tasks, err);
	/* First, as what they add comes after. Only with tasks: a block of nothing
	 * else is none. */
	if (status == BSN_OK && tasks->len > 0 && tasks->len < TIMER_TASKS_MAX)
		status = put_done(box, height, err);
	for (guint i = 0; status == BSN_OK && i < tasks->len; i++) {
		const ValueEntry *task = g_ptr_array_index(tasks, i);

		status = value_delete(box, BUCKET_TIMER, task->key, err);
		if (status == BSN_OK)
			status = run_task(box, task->value, err);
		*done += 1;
	}
	return status;
}

static int32_t
run_due(KernelCall *call, bsn_err *err)
{
	guint64 height = sandbox_env(call->box)->height;
	guint done;

	if (height == 0)
		return bsn_fail(err, BSN_DENIED,
				"tasks are done by the chain itself");
	return timer_run(call->box, height, &done, err);
}

const KernelMethod kernel_timer_task[] = {
	{ "$timer_task", "Add", add, 0, "block_height, trigger" },
	{ "$timer_task", "Do", run_due, KERNEL_AUTOGEN, "block_height" },
	{ NULL, NULL, NULL, 0, NULL },
};
