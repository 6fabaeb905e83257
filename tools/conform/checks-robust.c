/* SPDX-License-Identifier: Apache-2.0
 *
 * robust.*: what comes from outside may be anything. Here: what an open chain
 * is asked. Every call returns, changes nothing, and says no in words.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/storm.h"
#include "tools/sim/crypto.h"

#define NOISE_MAX 300u
/* What a disk needs for what was stored meanwhile, as code that came along. */
#define SYNC_MS 2000u
#define LARGE (1u << 20)

static const BedSpec quiet = { .quiet = TRUE };

/* ---- requests ------------------------------------------------------------ */

/* Requests with something wrong in them, and what they point to. */
typedef struct {
	SimRandom random;
	bsn_tx_request good; /* put */
	char *args, *options;
	bsn_slice code;    /* for deployments */
	GByteArray *wrong; /* of the last one */
} Wrong;

static void
wrong_init(Wrong *wrong, Run *run, Bed *bed, const char *stream)
{
	const SimContract *contract = run->workload->contract;
	const SimFunction *put = &contract->functions[SIM_FN_PUT];
	const SimVersion *version =
		&g_array_index(contract->versions, SimVersion, 0);
	const SimKey *key = bed_account(bed, 0);
	gsize len;
	const void *code = g_bytes_get_data(version->code, &len);

	*wrong = (Wrong){ .random = run_random(run, stream) };
	EXPECT(run,
	       sim_function_fill(put, "k", "v", 1, &wrong->args,
				 &wrong->options),
	       "the workload must say how to call contract.functions.put");
	wrong->good = (bsn_tx_request){
		.size = sizeof(bsn_tx_request),
		.kind = BSN_TX_INVOKE,
		.signer_public_key =
			bsn_slice_of(key->public_key, key->public_key_len),
		.signer_certificate = key->certificate,
		.contract = bsn_slice_str(contract->name),
		.function = bsn_slice_str(put->function),
		.args = bsn_slice_str(wrong->args),
		.options = bsn_slice_str(wrong->options),
	};
	wrong->code = bsn_slice_of(code, len);
}

static void
wrong_clear(Wrong *wrong)
{
	g_free(wrong->args);
	g_free(wrong->options);
	g_clear_pointer(&wrong->wrong, g_byte_array_unref);
}

static GByteArray *
wrong_bytes(SimRandom *random, bsn_slice good, gboolean json)
{
	g_autofree char *text = g_strndup((const char *)good.data, good.len);
	GByteArray *odd;

	if (sim_random_below(random, 100) == 0)
		return storm_noise(random, LARGE);
	switch (sim_random_below(random, json ? 4 : 2)) {
	case 0:
		return storm_noise(random, NOISE_MAX);
	case 1:
		return storm_spoil(random, good);
	case 2:
		odd = storm_odd_json((guint)sim_random_below(random, 48));
		return odd != NULL ? odd : storm_noise(random, 1);
	default:
		return storm_spoil_json(random, text);
	}
}

static bsn_tx_request
wrong_next(Wrong *wrong)
{
	bsn_tx_request request = wrong->good;
	bsn_slice *const fields[] = {
		&request.signer_public_key, &request.signer_certificate,
		&request.contract,	    &request.function,
		&request.code,		    &request.args,
		&request.options,
	};
	guint64 field = sim_random_below(&wrong->random,
					 G_N_ELEMENTS(fields));

	g_clear_pointer(&wrong->wrong, g_byte_array_unref);
	request.kind = (guint32)sim_random_range(&wrong->random, BSN_TX_INVOKE,
						 BSN_TX_MEMBER);
	if (request.kind == BSN_TX_DEPLOY)
		request.code = wrong->code;
	wrong->wrong = wrong_bytes(&wrong->random, *fields[field], field >= 5);
	*fields[field] = storm_slice(wrong->wrong);
	return request;
}

static int32_t
ask_begin(const bsn_engine *engine, bsn_ledger *ledger, bsn_reply *reply,
	  gpointer data)
{
	return engine->tx->begin(ledger, data, reply, &reply->err);
}

static int32_t
ask_call(const bsn_engine *engine, bsn_ledger *ledger, bsn_reply *reply,
	 gpointer data)
{
	return engine->tx->call(ledger, data, reply, &reply->err);
}

static void
ask_wrong(Run *run, const char *what, SimAnswer expects, BedAsk ask)
{
	static const guint32 kinds[] = { 0, 7, 8, 0x80000000, G_MAXUINT32 };
	Bed *bed = bed_with_contract(run, &quiet);
	Standing before = standing_of(bed, 0);
	const bsn_reply *reply;
	bsn_tx_request request;
	Wrong wrong;
	Storm storm;

	wrong_init(&wrong, run, bed, what);
	storm_begin(&storm, run, what);
	for (guint i = 0; i < run->cases * 200; i++) {
		request = wrong_next(&wrong);
		reply = bed_ask(bed, 0, expects, ask, &request);
		storm_answer(&storm, reply->status, &reply->err, FALSE);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		request = wrong.good;
		request.kind = kinds[i];
		reply = bed_ask(bed, 0, expects, ask, &request);
		storm_answer(&storm, reply->status, &reply->err, TRUE);
		EXPECT(run, reply->status != BSN_OK,
		       "%s must refuse a request of kind %u, which there is "
		       "not",
		       what, kinds[i]);
	}
	storm_end(&storm);
	bed_pass(bed, SYNC_MS);
	standing_check(bed, 0, &before);
	wrong_clear(&wrong);
	bed_free(bed);
}

static void
begin(Run *run)
{
	ask_wrong(run, "bsn_tx_ops.begin", SIM_ANSWER_SIGNABLE, ask_begin);
}

static void
call(Run *run)
{
	ask_wrong(run, "bsn_tx_ops.call", SIM_ANSWER_VALUE, ask_call);
}

/* ---- signatures ---------------------------------------------------------- */

typedef struct {
	bsn_slice state, signature;
} Round;

static int32_t
ask_sign_round(const bsn_engine *engine, bsn_ledger *ledger, bsn_reply *reply,
	       gpointer data)
{
	const Round *round = data;

	return engine->tx->sign_round(ledger, round->state, round->signature,
				      reply, &reply->err);
}

static const bsn_reply *
sign_round(Bed *bed, Storm *storm, bsn_slice state, bsn_slice signature)
{
	Round round = { state, signature };
	const bsn_reply *reply = bed_ask(bed, 0, SIM_ANSWER_SIGNABLE,
					 ask_sign_round, &round);

	storm_answer(storm, reply->status, &reply->err, FALSE);
	return reply;
}

/* A finished transaction with a signature that is not the signer's. */
static void
refuses(Bed *bed, const bsn_reply *reply)
{
	g_autoptr(GBytes) tx = NULL;

	if (reply->status != BSN_OK || reply->signable.tx.len == 0)
		return;
	tx = g_bytes_new(reply->signable.tx.data, reply->signable.tx.len);
	EXPECT(bed_run_of(bed), bed_submit(bed, 0, tx).stage == 0,
	       "a signature that was altered must be refused, when it is "
	       "given or when the transaction is submitted; it was committed");
}

static void
signs(Run *run)
{
	Bed *bed = bed_with_contract(run, &quiet);
	Standing before = standing_of(bed, 0);
	guint8 signature[BSN_SIGNATURE_MAX];
	const bsn_reply *good;
	bsn_slice state, signed_by;
	Wrong wrong;
	Storm storm;

	wrong_init(&wrong, run, bed, "sign_round");
	good = bed_ask(bed, 0, SIM_ANSWER_SIGNABLE, ask_begin, &wrong.good);
	EXPECT(run, good->status == BSN_OK,
	       "put of the workload's contract must be built; %s: %s",
	       bed_status_name(good->status), good->err.reason);
	state = good->signable.state;
	signed_by = bsn_slice_of(
		signature, sim_crypto_sign(bed_account(bed, 0),
					   good->signable.convention,
					   good->signable.message, signature));
	storm_begin(&storm, run, "bsn_tx_ops.sign_round");
	for (guint i = 0; i < run->cases * 20; i++) {
		g_autoptr(GByteArray) a = storm_spoil(&wrong.random, state);
		g_autoptr(GByteArray) b = storm_spoil(&wrong.random, signed_by);
		g_autoptr(GByteArray) c = storm_noise(&wrong.random, NOISE_MAX);

		sign_round(bed, &storm, storm_slice(a), signed_by);
		sign_round(bed, &storm, storm_slice(c), storm_slice(b));
		refuses(bed, sign_round(bed, &storm, state, storm_slice(b)));
		refuses(bed, sign_round(bed, &storm, state, storm_slice(c)));
	}
	for (guint64 len = 0; len < state.len; len++)
		sign_round(bed, &storm, bsn_slice_of(state.data, len),
			   signed_by);
	storm_end(&storm);
	bed_pass(bed, SYNC_MS);
	standing_check(bed, 0, &before);
	wrong_clear(&wrong);
	bed_free(bed);
}

/* ---- the list ------------------------------------------------------------ */

static const Check list[] = {
	CHECK_RULE("robust.begin",
	       "A request with any of its fields wrong is refused in words.",
	       "engine.h: bsn_tx_ops.begin", begin),
	CHECK_RULE("robust.sign-round",
	       "A state or signature that was altered is refused.",
	       "engine.h: bsn_tx_ops.sign_round", signs),
	CHECK_RULE("robust.call",
	       "A call with any of its fields wrong is refused in words.",
	       "engine.h: bsn_tx_ops.call", call),
};
CHECK_GROUP(checks_robust, list);
