/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/chaincode-peer.h"

#include <string.h>

#include "peer/chaincode_shim.pb-c.h"
#include "peer/proposal_response.pb-c.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-chaincode/shim.h"

struct bsn_io_strand {
	bsn_io_resident *resident;
	gboolean closed;
};

struct Peer {
	IoFixture *fixture;
	bsn_io io; /* the fixture's, with a strand of the test's own */
	GAsyncQueue *posts;
	GThread *thread;
	bsn_io_strand strand;
	PeerState *state;
	guint transactions;
	gboolean closed;
};

static Peer *present;
static GPrivate on_strand_now;

/* ---- the strand ---- */

typedef struct {
	void (*run)(gpointer data);
	gpointer data;
	bsn_io_job *job;
} Post;

static void
post(Peer *peer, void (*run)(gpointer data), gpointer data, bsn_io_job *job)
{
	Post *one = g_new(Post, 1);

	*one = (Post){ run, data, job };
	g_async_queue_push(peer->posts, one);
}

static gpointer
strand_thread(gpointer data)
{
	Peer *peer = data;
	gboolean going = TRUE;

	g_private_set(&on_strand_now, peer);
	while (going) {
		g_autofree Post *one = g_async_queue_pop(peer->posts);

		if (one->job != NULL)
			one->job->run(one->job, peer->strand.closed
							? BSN_UNAVAILABLE
							: BSN_OK);
		else if (one->run != NULL)
			one->run(one->data);
		else
			going = FALSE;
	}
	return NULL;
}

static int32_t
strand_keep(bsn_io_account *account, bsn_chain *chain,
	    bsn_io_resident *resident, bsn_io_strand **strand, bsn_err *err)
{
	g_assert_true(g_private_get(&on_strand_now) == present);
	g_assert_null(present->strand.resident);
	present->strand.resident = resident;
	*strand = &present->strand;
	return BSN_OK;
}

static void
on_strand(bsn_io_strand *strand, bsn_io_job *job)
{
	post(present, NULL, NULL, job);
}

static void
strand_free(bsn_io_strand *strand)
{
	strand->resident = NULL;
}

/* Does something on the strand, and waits for it while the loop runs. */
typedef struct {
	bsn_io_job job;
	Peer *peer;
	void (*run)(gpointer data);
	gpointer data;
	guint done;
} Errand;

static void
errand_done(bsn_io_job *job, int32_t status)
{
	((Errand *)job)->done++;
}

static void
errand_run(gpointer data)
{
	Errand *errand = data;

	errand->run(errand->data);
	errand->peer->io.on_main(errand->peer->fixture->account, &errand->job);
}

static void
do_on_strand(Peer *peer, void (*run)(gpointer data), gpointer data)
{
	Errand errand = { { errand_done }, peer, run, data, 0 };

	post(peer, errand_run, &errand, NULL);
	io_run_until(peer->fixture, &errand.done, 1);
}

/* ---- runs ---- */

static void begin_on_strand(gpointer data);

static char *
text_of(bsn_slice bytes)
{
	return g_strndup((const char *)bytes.data, bytes.len);
}

static void
note_response(PeerCall *call, bsn_slice bytes)
{
	Protos__Response *response =
		protos__response__unpack(NULL, bytes.len, bytes.data);

	if (response == NULL)
		return;
	call->code = response->status;
	call->message = g_strdup(response->message);
	g_string_append_len(call->payload, (const char *)response->payload.data,
			    (gssize)response->payload.len);
	protos__response__free_unpacked(response, NULL);
}

static void
note_event(PeerCall *call, bsn_slice bytes)
{
	Protos__ChaincodeEvent *event =
		bytes.len > 0 ? protos__chaincode_event__unpack(NULL, bytes.len,
								bytes.data)
			      : NULL;

	if (event == NULL)
		return;
	call->event_name = g_strdup(event->event_name);
	call->event_payload = g_strndup((const char *)event->payload.data,
					event->payload.len);
	protos__chaincode_event__free_unpacked(event, NULL);
}

static void
answer_caller(PeerCall *call, bsn_slice response)
{
	const ShimMessage message = { .type = SHIM_COMPLETED,
				      .payload = response };
	g_autoptr(GBytes) bytes = shim_encode(&message);

	runtime_chaincode.answer(
		&call->caller->run,
		call->status == BSN_OK ? SHIM_RESPONSE : SHIM_ERROR,
		call->status == BSN_OK ? bytes_slice(bytes)
				       : bsn_slice_str(call->reason));
	peer_call_free(call);
}

static void
done(bsn_chaincode_run *run, int32_t status, bsn_slice response,
     bsn_slice event, const bsn_err *err)
{
	PeerCall *call = (PeerCall *)run;

	g_assert_true(g_private_get(&on_strand_now) == call->peer);
	call->status = status;
	call->reason = g_strdup(err->reason);
	note_response(call, response);
	note_event(call, event);
	if (status == BSN_OK && call->code < 400)
		peer_state_apply(call->peer->state, call->writes, call->tx_id);
	if (call->caller != NULL)
		answer_caller(call, response);
	else
		call->peer->io.on_main(call->peer->fixture->account,
				       &call->done_job);
}

static PeerCall *call_new(Peer *peer, const char *package_id, const char *tx_id,
			  GBytes *input, GBytes *proposal);

/* A chaincode is called by the id of its package. */
static void
call_other(PeerCall *caller, bsn_slice payload)
{
	Protos__ChaincodeSpec *spec =
		protos__chaincode_spec__unpack(NULL, payload.len, payload.data);
	g_autofree guint8 *bytes = NULL;
	PeerCall *call;
	gsize len;

	g_assert_nonnull(spec);
	len = protos__chaincode_input__get_packed_size(spec->input);
	bytes = g_malloc(len);
	protos__chaincode_input__pack(spec->input, bytes);
	g_strdelimit(spec->chaincode_id->name, "/", '\0'); /* the channel */
	call = call_new(caller->peer, spec->chaincode_id->name, caller->tx_id,
			g_bytes_new(bytes, len), g_bytes_ref(caller->proposal));
	protos__chaincode_spec__free_unpacked(spec, NULL);
	call->caller = caller;
	begin_on_strand(call);
}

static void
asked(bsn_chaincode_run *run, uint32_t type, bsn_slice payload)
{
	PeerCall *call = (PeerCall *)run;
	g_autoptr(GBytes) bytes = NULL;

	g_assert_true(g_private_get(&on_strand_now) == call->peer);
	g_atomic_int_inc((gint *)&call->asked);
	if (call->silent)
		return;
	if (type == SHIM_INVOKE_CHAINCODE) {
		call_other(call, payload);
		return;
	}
	bytes = peer_state_answer(call->peer->state, call, type, payload);
	runtime_chaincode.answer(run,
				 bytes != NULL ? SHIM_RESPONSE : SHIM_ERROR,
				 bytes != NULL ? bytes_slice(bytes)
					       : bsn_slice_str("no answer"));
}

static void
begin_on_strand(gpointer data)
{
	PeerCall *call = data;
	const bsn_chaincode_call what = {
		.size = sizeof(what),
		.is_init = call->is_init ? 1 : 0,
		.package_id = bsn_slice_str(call->package_id),
		.channel_id = bsn_slice_str("ch"),
		.tx_id = bsn_slice_str(call->tx_id),
		.input = bytes_slice(call->input),
		.proposal = bytes_slice(call->proposal),
	};
	bsn_err err = BSN_ERR_INIT;
	const bsn_slice nothing = { NULL, 0 };

	call->begun = runtime_chaincode.run((bsn_chain *)call->peer, &what,
					    &call->run, &err);
	if (call->begun != BSN_OK)
		done(&call->run, call->begun, nothing, nothing, &err);
}

static void
count_done(bsn_io_job *job, int32_t status)
{
	PeerCall *call =
		(PeerCall *)(void *)((char *)job -
				     G_STRUCT_OFFSET(PeerCall, done_job));
	call->done++;
}

static PeerCall *
call_new(Peer *peer, const char *package_id, const char *tx_id, GBytes *input,
	 GBytes *proposal)
{
	PeerCall *call = g_new0(PeerCall, 1);

	call->run.size = sizeof(call->run);
	call->run.asked = asked;
	call->run.done = done;
	call->done_job.run = count_done;
	call->peer = peer;
	call->package_id = g_strdup(package_id);
	call->tx_id = g_strdup(tx_id);
	call->input = input;
	call->proposal = proposal;
	call->writes = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
					     (GDestroyNotify)g_bytes_unref,
					     (GDestroyNotify)g_bytes_unref);
	call->iterators = g_queue_new();
	call->payload = g_string_new(NULL);
	return call;
}

static GBytes *
input_of(const char *arguments)
{
	g_auto(GStrv) words = g_strsplit(arguments, "|", -1);
	Protos__ChaincodeInput input = PROTOS__CHAINCODE_INPUT__INIT;
	g_autofree ProtobufCBinaryData *args =
		g_new0(ProtobufCBinaryData, g_strv_length(words) + 1);
	guint8 *bytes;
	gsize len;

	for (; words[input.n_args] != NULL; input.n_args++)
		args[input.n_args] =
			(ProtobufCBinaryData){ strlen(words[input.n_args]),
					       (guint8 *)words[input.n_args] };
	input.args = args;
	len = protos__chaincode_input__get_packed_size(&input);
	bytes = g_malloc(len + 1);
	protos__chaincode_input__pack(&input, bytes);
	return g_bytes_new_take(bytes, len);
}

PeerCall *
peer_begin_with(Peer *peer, const char *package_id, const char *tx_id,
		const char *arguments, GBytes *proposal, gboolean is_init)
{
	PeerCall *call = call_new(peer, package_id, tx_id, input_of(arguments),
				  proposal != NULL ? g_bytes_ref(proposal)
						   : g_bytes_new(NULL, 0));

	call->is_init = is_init;
	post(peer, begin_on_strand, call, NULL);
	return call;
}

PeerCall *
peer_begin(Peer *peer, const char *package_id, const char *tx_id,
	   const char *arguments)
{
	return peer_begin_with(peer, package_id, tx_id, arguments, NULL, FALSE);
}

void
peer_wait(PeerCall *call)
{
	io_run_until(call->peer->fixture, &call->done, 1);
}

PeerCall *
peer_call(Peer *peer, const char *package_id, const char *arguments)
{
	g_autofree char *tx_id = g_strdup_printf("%064x", peer->transactions++);
	PeerCall *call = peer_begin(peer, package_id, tx_id, arguments);

	peer_wait(call);
	return call;
}

static void
cancel_on_strand(gpointer data)
{
	PeerCall *call = data;

	if (call->begun == BSN_OK && call->reason == NULL)
		runtime_chaincode.cancel(&call->run);
}

void
peer_cancel(PeerCall *call)
{
	do_on_strand(call->peer, cancel_on_strand, call);
}

void
peer_call_free(PeerCall *call)
{
	if (call == NULL)
		return;
	g_free(call->package_id);
	g_free(call->tx_id);
	g_bytes_unref(call->input);
	g_bytes_unref(call->proposal);
	g_hash_table_unref(call->writes);
	peer_iterators_free(call->iterators);
	g_free(call->reason);
	g_free(call->message);
	g_string_free(call->payload, TRUE);
	g_free(call->event_name);
	g_free(call->event_payload);
	g_free(call);
}

/* ---- programs ---- */

typedef struct {
	Peer *peer;
	const char *package_id;
	const GByteArray *package;
	bsn_err *err;
	int32_t status;
	TextSink *text;
} Ask;

static void
start_on_strand(gpointer data)
{
	Ask *ask = data;

	const bsn_chaincode_program program = {
		.size = sizeof(program),
		.package_id = bsn_slice_str(ask->package_id),
		.package = buffer_slice(ask->package),
		.msp_id = bsn_slice_str("Org1MSP"),
	};

	ask->status = runtime_chaincode.start((bsn_chain *)ask->peer, &program,
					      ask->err);
}

int32_t
peer_start(Peer *peer, const char *package_id, const GByteArray *package,
	   bsn_err *err)
{
	Ask ask = { peer, package_id, package, err, 0, NULL };

	do_on_strand(peer, start_on_strand, &ask);
	return ask.status;
}

static void
stop_on_strand(gpointer data)
{
	Ask *ask = data;

	runtime_chaincode.stop((bsn_chain *)ask->peer,
			       bsn_slice_str(ask->package_id));
}

void
peer_stop(Peer *peer, const char *package_id)
{
	Ask ask = { .peer = peer, .package_id = package_id };

	do_on_strand(peer, stop_on_strand, &ask);
}

static void
status_on_strand(gpointer data)
{
	Ask *ask = data;

	g_assert_cmpint(runtime_chaincode.status((bsn_chain *)ask->peer,
						 &ask->text->sink),
			==, BSN_OK);
}

char *
peer_status(Peer *peer)
{
	Ask ask = { .peer = peer, .text = text_sink_new() };
	char *text;

	do_on_strand(peer, status_on_strand, &ask);
	text = text_of(text_sink_slice(ask.text));
	text_sink_free(ask.text);
	return text;
}

void
peer_await(Peer *peer, const char *text)
{
	gboolean found = FALSE;

	while (!found) {
		g_autofree char *status = peer_status(peer);

		found = strstr(status, text) != NULL;
	}
}

/* ---- peers ---- */

Peer *
peer_new(const IoConfig *changes)
{
	Peer *peer = g_new0(Peer, 1);

	g_assert_null(present);
	present = peer;
	peer->fixture = io_fixture_new(changes);
	peer->io = *peer->fixture->io;
	peer->io.strand_keep = strand_keep;
	peer->io.on_strand = on_strand;
	peer->io.strand_free = strand_free;
	peer->state = peer_state_new();
	peer->posts = g_async_queue_new();
	peer->thread = g_thread_new("strand", strand_thread, peer);
	g_assert_cmpint(
		runtime_io_user.start(&peer->io, peer->fixture->account, NULL),
		==, BSN_OK);
	return peer;
}

IoFixture *
peer_fixture(const Peer *peer)
{
	return peer->fixture;
}

static void
close_on_strand(gpointer data)
{
	Peer *peer = data;

	if (peer->strand.resident != NULL)
		peer->strand.resident->closing(peer->strand.resident);
	peer->strand.closed = TRUE;
}

void
peer_close_chain(Peer *peer)
{
	if (!peer->closed)
		do_on_strand(peer, close_on_strand, peer);
	peer->closed = TRUE;
}

void
peer_free(Peer *peer)
{
	peer_close_chain(peer);
	io_settle(peer->fixture);
	runtime_io_user.stop();
	post(peer, NULL, NULL, NULL);
	g_thread_join(peer->thread);
	io_fixture_free(peer->fixture);
	peer_state_free(peer->state);
	g_async_queue_unref(peer->posts);
	g_free(peer);
	present = NULL;
}
