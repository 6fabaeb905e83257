/* SPDX-License-Identifier: Apache-2.0
 *
 * abi.*: records that are longer than they are today, and sinks that refuse.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/conform/calls.h"
#include "tools/conform/scenario.h"

static const BedSpec quiet = { .quiet = TRUE };

/* ---- records ------------------------------------------------------------- */

#define LONGER 64u

typedef struct {
	bsn_tx_request request;
	guint8 more[LONGER];
} LongRequest;

typedef struct {
	bsn_block_query query;
	guint8 more[LONGER];
} LongQuery;

/* Who does not see how long they are finds decoys. */
typedef struct {
	bsn_submission submission, decoys[2];
} LongSubmission;

typedef struct {
	bsn_member member, decoy;
} LongMember;

/* Records of a host of tomorrow, with members that mean nothing today. */
static void
longer_records(Run *run, Bed *bed)
{
	LongRequest request;
	LongQuery query;
	Given given, longer;

	given_right(bed, &given);
	memset(&request, 0xff, sizeof(request));
	memset(&query, 0xff, sizeof(query));
	request.request = given.a_request;
	query.query = given.a_query;
	request.request.size = sizeof(request);
	query.query.size = sizeof(query);
	longer = given;
	longer.request = &request.request;
	longer.query = &query.query;
	for (const EngineCall *call = engine_calls; call->name != NULL;
	     call++) {
		bsn_err err = BSN_ERR_INIT;
		int32_t as_today, as_tomorrow;

		if (!calls_is_there(run, call))
			continue;
		as_today = calls_do(bed, call, &given, &err);
		as_tomorrow = calls_do(bed, call, &longer, &err);
		EXPECT(run, as_today == as_tomorrow,
		       "a record with a larger size must be taken as one of "
		       "today's; %s answers %s and then %s: %s",
		       call->name, bed_status_name(as_today),
		       bed_status_name(as_tomorrow), err.reason);
	}
	run_note(run, "records with %u more bytes are taken", LONGER);
}

typedef struct {
	LongSubmission items[3];
	int32_t status;
	bsn_err err;
} LongBatch;

static void
submit_long(const bsn_engine *engine, bsn_ledger *ledger, gpointer data)
{
	LongBatch *batch = data;

	batch->status = engine->tx->submit(ledger, &batch->items[0].submission,
					   G_N_ELEMENTS(batch->items),
					   &batch->err);
	for (gsize i = 0; i < G_N_ELEMENTS(batch->items); i++)
		sim_reply_asked(batch->items[i].submission.reply,
				batch->status);
}

static gboolean
is_answered(gpointer data)
{
	const LongBatch *batch = data;

	for (gsize i = 0; i < G_N_ELEMENTS(batch->items); i++)
		if (batch->items[i].submission.reply->status == SIM_PENDING)
			return FALSE;
	return TRUE;
}

static void
longer_submissions(Run *run, Bed *bed)
{
	bsn_reply *decoy =
		sim_reply_new(bed_chain(bed, 0), SIM_ANSWER_TX_STAGES);
	LongBatch batch = { .err = BSN_ERR_INIT };

	for (gsize i = 0; i < G_N_ELEMENTS(batch.items); i++) {
		BedBuilt built =
			bed_build_invoke(bed, 0, 0, SIM_FN_PUT, "a", "1");
		gsize len;
		const void *data = g_bytes_get_data(built.bytes, &len);

		LongSubmission *item = &batch.items[i];

		item->submission = (bsn_submission){
			sizeof(*item), 0, bsn_slice_of(data, len),
			sim_reply_new(bed_chain(bed, 0), SIM_ANSWER_TX_STAGES)
		};
		for (gsize k = 0; k < G_N_ELEMENTS(item->decoys); k++)
			item->decoys[k] = (bsn_submission){
				sizeof(*item), 0, { NULL, 0 }, decoy
			};
	}
	bed_tell(bed, 0, submit_long, &batch);
	EXPECT(run, batch.status == BSN_OK && bed_until(bed, is_answered,
							&batch),
	       "bsn_tx_ops.submit must take items whose size, the stride, is "
	       "larger than today's");
	for (gsize i = 0; i < G_N_ELEMENTS(batch.items); i++) {
		g_autoptr(bsn_reply) reply = batch.items[i].submission.reply;

		EXPECT(run,
		       reply->status == BSN_OK &&
			       reply->tx.stage == BSN_TX_COMMITTED,
		       "bsn_tx_ops.submit must find item %u by the stride that "
		       "the first one's size says; %s: %s",
		       (guint)i, bed_status_name(reply->status),
		       reply->err.reason);
	}
	sim_reply_free(decoy);
	run_note(run, "a batch with a longer stride is committed");
}

/* ---- outputs ------------------------------------------------------------- */

/* A caller with a bound, that is met at a certain byte. */
typedef struct {
	bsn_sink sink;
	GByteArray *bytes;
	guint64 bound;
	int32_t refusal;
	guint refused; /* times */
} BoundedSink;

static int32_t
take(bsn_sink *sink, const void *data, uint64_t len)
{
	BoundedSink *bounded = (BoundedSink *)sink;

	if (bounded->refused > 0 ||
	    len > bounded->bound - bounded->bytes->len) {
		bounded->refused++;
		return bounded->refusal;
	}
	if (len > 0)
		g_byte_array_append(bounded->bytes, data, (guint)len);
	return BSN_OK;
}

typedef int32_t (*Writer)(Run *run, const void *in, bsn_sink *sink,
			  bsn_err *err);

static int32_t
write_genesis(Run *run, const void *in, bsn_sink *sink, bsn_err *err)
{
	return run->engine->chain->genesis(in, sink, err);
}

static void
honours(Run *run, const char *call, Writer writer, const void *in,
	guint64 bound, int32_t refusal)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	BoundedSink sink = { { take }, bytes, bound, refusal, 0 };
	bsn_err err = BSN_ERR_INIT;
	int32_t status = writer(run, in, &sink.sink, &err);

	EXPECT(run, status == refusal,
	       "%s must return what its sink returns, %s; it returns %s", call,
	       bed_status_name(refusal), bed_status_name(status));
	EXPECT(run, sink.refused == 1,
	       "%s must not write again once its sink has refused; it does",
	       call);
}

/* The answer without a bound; NULL with its reason when there is none. */
static GByteArray *
written(Run *run, Writer writer, const void *in, bsn_err *err)
{
	GByteArray *bytes = g_byte_array_new();
	BoundedSink sink = { { take }, bytes, G_MAXUINT32, BSN_TOO_LARGE, 0 };

	if (writer(run, in, &sink.sink, err) == BSN_OK)
		return bytes;
	g_byte_array_unref(bytes);
	return NULL;
}

static void
sinks(Run *run)
{
	static const int32_t refusals[] = { BSN_TOO_LARGE, BSN_E_NOMEM, 77 };
	static const char call[] = "bsn_chain_ops.genesis";
	Bed *bed = bed_new(run, NULL);
	const SimWorld *world = bed_world(bed);
	const bsn_genesis genesis = { .size = sizeof(genesis),
				      .member_count = world->n_nodes,
				      .name = bsn_slice_str("conform"),
				      .config = bsn_slice_str(world->config),
				      .members = world->members,
				      .time_ms = SIM_START_MS };
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(GByteArray) bytes =
		written(run, write_genesis, &genesis, &err);
	guint bounds[4] = { 0, 1 };

	EXPECT(run, bytes != NULL && bytes->len > 0,
	       "%s must write a genesis; %s", call, err.reason);
	bounds[2] = bytes->len / 2;
	bounds[3] = bytes->len - 1;
	for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++)
		for (gsize j = 0; j < G_N_ELEMENTS(bounds); j++)
			honours(run, call, write_genesis, &genesis, bounds[j],
				refusals[i]);
	run_note(run, "%s: %u bytes, refused at 4 places with 3 statuses",
		 call, bytes->len);
	bed_free(bed);
}

/* Two members, and the second one where the first one's size says; for chains
 * that may have two. */
static void
longer_members(Run *run)
{
	const BedSpec two = { .spares = 1, .quiet = TRUE };
	bsn_err err = BSN_ERR_INIT;
	Bed *bed = bed_new(run, &two);
	const SimWorld *world = bed_world(bed);
	bsn_member members[2] = { world->members[0], world->members[1] };
	LongMember longer[2];
	bsn_genesis genesis = { .size = sizeof(genesis),
				.member_count = 2,
				.name = bsn_slice_str("conform"),
				.config = bsn_slice_str(world->config),
				.members = members,
				.time_ms = SIM_START_MS };
	g_autoptr(GByteArray) as_today = NULL, as_tomorrow = NULL;

	members[1].role = BSN_ROLE_OBSERVER;
	as_today = written(run, write_genesis, &genesis, &err);
	if (as_today == NULL) {
		run_note(run, "a chain cannot have two members: %s",
			 err.reason);
		bed_free(bed);
		return;
	}
	for (gsize i = 0; i < 2; i++) {
		longer[i].decoy = members[0];
		longer[i].member = members[i];
		longer[i].member.size = sizeof(longer[i]);
	}
	genesis.members = &longer[0].member;
	as_tomorrow = written(run, write_genesis, &genesis, &err);
	EXPECT(run,
	       as_tomorrow != NULL && as_today->len == as_tomorrow->len &&
		       memcmp(as_today->data, as_tomorrow->data,
			      as_today->len) == 0,
	       "bsn_chain_ops.genesis must find members by the stride that the "
	       "first one's size says; it makes another genesis, or none");
	run_note(run, "members with a longer stride make the same genesis");
	bed_free(bed);
}

static void
larger(Run *run)
{
	Bed *bed = scenario_bed(run, &quiet);

	longer_records(run, bed);
	if (scenario_has_contract(bed))
		longer_submissions(run, bed);
	bed_free(bed);
	longer_members(run);
}

/* ---- the list ------------------------------------------------------------ */

static const Check list[] = {
	CHECK_RULE("abi.larger-records",
	    "Records of a host of tomorrow are taken, by size and stride.",
	    "base.h: rule 2", larger),
	CHECK_RULE("abi.sinks-honoured",
	    "What a sink returns is returned, and nothing is written after.",
	    "base.h: bsn_sink", sinks),
};
CHECK_GROUP(checks_abi_records, list);
