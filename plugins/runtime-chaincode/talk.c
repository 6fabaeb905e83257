/* SPDX-License-Identifier: Apache-2.0
 *
 * The shim's protocol, as a peer speaks it: the program registers, and is then
 * sent transactions, many at once; of each it asks one question after another
 * until it has completed it.
 */
#include <bsn/helpers/error.h>

#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-chaincode/worker.h"

/* Bytes that wait to be sent: above the first nothing more is read, above the
 * second the program is given up. */
#define OUT_HIGH (16u << 20)
#define OUT_MAX (256u << 20)
/* Transactions that were given up and that it still works on. */
#define GIVEN_UP_MAX 1024u

typedef struct {
	GBytes *message;
	Task *task; /* holds a reference; NULL: of none */
} Outgoing;

static void
outgoing_free(Outgoing *outgoing)
{
	g_bytes_unref(outgoing->message);
	if (outgoing->task != NULL)
		task_unref(outgoing->task);
	g_free(outgoing);
}

/* ---- to the program ---- */

/* Takes the message. */
static void
queue(Worker *worker, GBytes *message, Task *task)
{
	Outgoing *outgoing = g_new(Outgoing, 1);

	outgoing->message = message;
	outgoing->task = task != NULL ? task_ref(task) : NULL;
	g_queue_push_tail(&worker->out, outgoing);
	worker->out_bytes += g_bytes_get_size(message);
	if (worker->out_bytes > OUT_MAX)
		worker_fail(worker, "it does not take what it is sent");
}

static void
queue_message(Worker *worker, guint32 type, const ShimMessage *of,
	      const char *text)
{
	ShimMessage message = { .type = type };

	if (of != NULL) {
		message.tx_id = of->tx_id;
		message.channel_id = of->channel_id;
	}
	if (text != NULL)
		message.payload = bsn_slice_str(text);
	queue(worker, shim_encode(&message), NULL);
}

/* What nobody waits for any more is not begun. */
static gboolean
send_one(Worker *worker)
{
	Outgoing *outgoing = g_queue_peek_head(&worker->out);
	Task *task = outgoing->task;

	if (task == NULL || !task->over) {
		const GrpcSent sent =
			grpc_call_send(worker->call, outgoing->message);

		worker->full = sent == GRPC_SEND_FULL;
		if (sent != GRPC_SENT)
			return FALSE;
		if (task != NULL)
			task->sent = TRUE;
	}
	g_queue_pop_head(&worker->out);
	worker->out_bytes -= g_bytes_get_size(outgoing->message);
	outgoing_free(outgoing);
	return TRUE;
}

void
talk_flush(Worker *worker)
{
	if (worker->state != WORKER_READY || worker->call == NULL)
		return;
	while (!worker->full && !g_queue_is_empty(&worker->out) &&
	       send_one(worker))
		continue;
	if (worker->holds_read && worker->out_bytes < OUT_HIGH) {
		worker->holds_read = FALSE;
		grpc_call_read(worker->call);
	}
}

/* ---- to the strand ---- */

static void
forget(Worker *worker, Task *task)
{
	task->over = TRUE;
	g_hash_table_remove(worker->tasks, task);
	worker_idle(worker);
}

/* Takes the reason. */
static void
tell_done(Worker *worker, Task *task, int32_t status, char *reason)
{
	Note *note = note_new(NOTE_DONE, task);

	note->status = status;
	note->reason = reason;
	program_tell_strand(worker->program, note);
}

static GBytes *
part_of(GBytes *whole, bsn_slice part)
{
	const guint8 *start = g_bytes_get_data(whole, NULL);

	if (part.len == 0)
		return g_bytes_new(NULL, 0);
	return g_bytes_new_from_bytes(whole, (gsize)(part.data - start),
				      part.len);
}

static void
tell_asked(Worker *worker, Task *task, const ShimMessage *message,
	   GBytes *whole)
{
	Note *note = note_new(NOTE_ASKED, task);

	task->asked = TRUE;
	note->type = message->type;
	note->payload = part_of(whole, message->payload);
	program_tell_strand(worker->program, note);
}

static void
tell_completed(Worker *worker, Task *task, const ShimMessage *message,
	       GBytes *whole)
{
	Note *note = note_new(NOTE_DONE, task);

	note->status = BSN_OK;
	note->payload = part_of(whole, message->payload);
	note->event = part_of(whole, message->event);
	program_tell_strand(worker->program, note);
}

/* ---- from the program ---- */

static void
take_register(Worker *worker, const ShimMessage *message)
{
	bsn_err err = BSN_ERR_INIT;
	bsn_slice name;
	g_autofree char *quoted = NULL;

	if (message->type != SHIM_REGISTER) {
		worker_fail(worker, "it did not begin with REGISTER");
	} else if (shim_decode_name(message->payload, &name, &err) != BSN_OK) {
		worker_fail(worker, "%s", err.reason);
	} else if (!bsn_slice_equal(
			   name, bsn_slice_str(worker->program->package_id))) {
		quoted = quote_text(name);
		worker_fail(worker, "it registered as %s, and is %s", quoted,
			    worker->program->package_id);
	} else {
		ShimMessage reply = { .type = SHIM_REGISTERED };
		g_autoptr(GBytes) registered = shim_encode(&reply);
		g_autoptr(GBytes) ready = NULL;

		reply.type = SHIM_READY;
		ready = shim_encode(&reply);
		grpc_call_send(worker->call, registered);
		grpc_call_send(worker->call, ready);
		worker_ready(worker);
	}
}

static Task *
task_of(const Worker *worker, const ShimMessage *message)
{
	g_autofree char *tx_id = shim_text(message->tx_id);
	g_autofree char *channel_id = shim_text(message->channel_id);
	const Task key = { .tx_id = tx_id, .channel_id = channel_id };

	return g_hash_table_lookup(worker->tasks, &key);
}

static void
take_end(Worker *worker, Task *task, const ShimMessage *message, GBytes *whole)
{
	G_GNUC_UNUSED g_autoptr(Task) keep = task_ref(task);

	worker_completed(worker);
	if (task->given_up)
		worker->given_up--;
	else if (message->type == SHIM_COMPLETED)
		tell_completed(worker, task, message, whole);
	else
		tell_done(worker, task, BSN_FAULT,
			  shim_text(bsn_slice_of(
				  message->payload.data,
				  MIN(message->payload.len, BSN_REASON_MAX))));
	forget(worker, task);
}

/* A promise that was not awaited asks when all is over: as Fabric's peer, it is
 * told so. */
static void
take_question(Worker *worker, Task *task, const ShimMessage *message,
	      GBytes *whole)
{
	if (task == NULL || task->given_up) {
		queue_message(worker, SHIM_ERROR, message,
			      "the transaction is over: this came too late");
		return;
	}
	if (!task->asked) {
		tell_asked(worker, task, message, whole);
		return;
	}
	tell_done(worker, task, BSN_FAULT,
		  g_strdup_printf("the chaincode asked with %s before it had "
				  "the answer to its last question",
				  shim_type_name(message->type)));
	task->given_up = TRUE;
	worker->given_up++;
}

static void
take_message(Worker *worker, const ShimMessage *message, GBytes *whole)
{
	Task *task = task_of(worker, message);
	const char *name = shim_type_name(message->type);

	if (shim_is_question(message->type))
		take_question(worker, task, message, whole);
	else if (message->type == SHIM_COMPLETED ||
		 message->type == SHIM_ERROR)
		task != NULL ? take_end(worker, task, message, whole)
			     : (void)0;
	else if (message->type != SHIM_KEEPALIVE)
		worker_fail(worker, "it sent %s, which is not for a chaincode "
				    "to send now",
			    name != NULL ? name : "an unknown message");
}

static void
take_bytes(Worker *worker, GBytes *whole)
{
	ShimMessage message;
	bsn_err err = BSN_ERR_INIT;

	if (shim_decode(bytes_slice(whole), &message, &err) != BSN_OK)
		worker_fail(worker, "%s", err.reason);
	else if (worker->state == WORKER_STARTING)
		take_register(worker, &message);
	else
		take_message(worker, &message, whole);
}

/* ---- events of the call ---- */

static void
on_message(GrpcCall *call, GBytes *message, gpointer user)
{
	Worker *worker = user;

	if (worker->failing != NULL)
		return;
	take_bytes(worker, message);
	talk_flush(worker);
	if (worker->out_bytes < OUT_HIGH)
		grpc_call_read(call);
	else
		worker->holds_read = TRUE;
}

static void
on_writable(GrpcCall *call, gpointer user)
{
	Worker *worker = user;

	worker->full = FALSE;
	talk_flush(worker);
}

static void
on_half_closed(GrpcCall *call, gpointer user)
{
	worker_fail(user, "it has ended the conversation");
	grpc_call_finish(call, GRPC_OK, NULL, NULL, NULL);
}

static void
on_closed(GrpcCall *call, const GrpcResult *result, gpointer user)
{
	Worker *worker = user;

	worker->call = NULL;
	worker->full = FALSE;
	worker->holds_read = FALSE;
	if (worker->link == NULL)
		return; /* it is this side that ends it */
	worker_fail(worker, "the conversation is over: %s%s%s",
		    grpc_status_name(result->status),
		    *result->message != '\0' ? ": " : "", result->message);
}

const GrpcCallEvents talk_events = {
	.message = on_message,
	.half_closed = on_half_closed,
	.writable = on_writable,
	.closed = on_closed,
};

/* ---- notes ---- */

void
talk_begin(Worker *worker, Note *note)
{
	Task *task = note->task;

	if (g_hash_table_contains(worker->tasks, task)) {
		task->over = TRUE;
		tell_done(worker, task, BSN_UNAVAILABLE,
			  g_strdup("the chaincode still works on a call of "
				   "this transaction that was given up"));
		return;
	}
	g_hash_table_add(worker->tasks, task_ref(task));
	queue(worker, g_steal_pointer(&note->payload), task);
}

void
talk_answer(Worker *worker, Note *note)
{
	Task *task = note->task;

	task->asked = FALSE;
	if (!task->over && !task->given_up)
		queue(worker, g_steal_pointer(&note->payload), task);
}

void
talk_give_up(Worker *worker, Task *task)
{
	const ShimMessage over = { .tx_id = bsn_slice_str(task->tx_id),
				   .channel_id =
					   bsn_slice_str(task->channel_id) };

	if (task->over || task->given_up)
		return;
	if (!task->sent) {
		forget(worker, task);
		return;
	}
	task->given_up = TRUE;
	worker->given_up++;
	worker->unanswered++;
	if (task->asked)
		queue_message(worker, SHIM_ERROR, &over,
			      "the transaction was given up");
	if (worker->given_up >= GIVEN_UP_MAX)
		worker_fail(worker, "it works on %u calls that were given up",
			    worker->given_up);
}

void
talk_end(Worker *worker, const char *reason)
{
	GHashTableIter iter;
	gpointer task;

	g_queue_clear_full(&worker->out, (GDestroyNotify)outgoing_free);
	worker->out_bytes = 0;
	g_hash_table_iter_init(&iter, worker->tasks);
	while (g_hash_table_iter_next(&iter, &task, NULL)) {
		((Task *)task)->over = TRUE;
		if (!((Task *)task)->given_up)
			tell_done(worker, task, BSN_UNAVAILABLE,
				  g_strdup(reason));
		g_hash_table_iter_remove(&iter);
	}
	worker->given_up = 0;
}
