/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-solo/solo.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <glib.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/host.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* Bytes of a config, far above what it can say. */
#define CONFIG_MAX 4096u

struct bsn_agreement {
	bsn_chain *chain;
	bsn_proposer *proposer;
	GByteArray *proposal; /* kept for its memory */
	char *leader;         /* public key in hex */
	guint64 pipeline;
	guint64 applied; /* durable height */
	guint64 decided; /* at least `applied` */
	gboolean wanted; /* the engine has something to propose */
	gboolean busy;   /* inside advance */
	int32_t stopped; /* what decide refused with; then no more heights */
};

static const bsn_log *service_log;

void
solo_set_log(const bsn_log *log)
{
	service_log = log;
}

G_GNUC_PRINTF(3, 4)
static void
log_line(const bsn_agreement *agreement, uint32_t level, const char *format,
	 ...)
{
	va_list args;

	va_start(args, format);
	host_log(service_log, agreement->chain, level, format, args);
	va_end(args);
}

static int32_t
parse_config(bsn_slice config, guint64 *pipeline, bsn_err *err)
{
	g_autoptr(json_t) object = NULL;
	JsonFields fields = fields_parse(config, CONFIG_MAX, "consensus config",
					 &object, err);

	*pipeline = fields_u64(&fields, "pipeline", 1, SOLO_PIPELINE_MAX,
			       SOLO_PIPELINE_DEFAULT);
	return fields_end(&fields);
}

static int32_t
check_members(guint64 n, bsn_err *err)
{
	if (n == 1)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"consensus solo is for one consensus member and the "
			"chain has %" G_GUINT64_FORMAT
			": list one, or choose another consensus",
			n);
}

static int32_t
check_config(bsn_slice config, uint64_t member_count, bsn_err *err)
{
	guint64 pipeline;
	int32_t status = parse_config(config, &pipeline, err);

	return status != BSN_OK ? status : check_members(member_count, err);
}

/* The consensus members; `leader` is the last of them. */
static guint64
count_leaders(const bsn_member *members, uint64_t n, const bsn_member **leader)
{
	guint64 count = 0;

	for (uint64_t i = 0; i < n; i++) {
		const bsn_member *member = member_at(members, i);

		if (member->role != BSN_ROLE_CONSENSUS)
			continue;
		*leader = member;
		count++;
	}
	return count;
}

static int32_t
create(bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,
       const bsn_member *members, uint64_t n, uint64_t height,
       bsn_agreement **agreement, bsn_err *err)
{
	const bsn_member *leader = NULL;
	guint64 pipeline;
	int32_t status;

	if (!BSN_HAS(proposer, propose) || !BSN_HAS(proposer, decide))
		return bsn_fail(err, BSN_E_INVALID,
				"the engine's bsn_proposer lacks propose or "
				"decide");
	status = parse_config(config, &pipeline, err);
	if (status == BSN_OK)
		status = check_members(count_leaders(members, n, &leader),
				       err);
	if (status != BSN_OK)
		return status;
	*agreement = g_new0(bsn_agreement, 1);
	**agreement = (bsn_agreement){
		.chain = chain,
		.proposer = proposer,
		.proposal = g_byte_array_new(),
		.leader = hex_encode(leader->public_key),
		.pipeline = pipeline,
		.applied = height,
		.decided = height,
	};
	return BSN_OK;
}

static void
destroy(bsn_agreement *agreement)
{
	if (agreement == NULL)
		return;
	g_byte_array_unref(agreement->proposal);
	g_free(agreement->leader);
	g_free(agreement);
}

/* Asks for the next height's proposal; FALSE when there is none now. What makes
 * the engine call pending again inside the call is not forgotten. */
static gboolean
propose(bsn_agreement *agreement, guint64 height)
{
	BufferSink out =
		buffer_sink(agreement->proposal, BSN_PROPOSAL_MAX);
	bsn_id digest;
	int32_t answer;

	g_byte_array_set_size(agreement->proposal, 0);
	agreement->wanted = FALSE;
	answer = agreement->proposer->propose(agreement->proposer, height,
					      &out.sink, &digest);
	if (answer == BSN_OK)
		agreement->wanted = TRUE;
	if (answer < 0 || answer == BSN_TOO_LARGE) {
		agreement->wanted = FALSE;
		log_line(agreement, BSN_LOG_ERROR,
			 "the proposal of height %" G_GUINT64_FORMAT
			 " failed with status %d",
			 height, answer);
	}
	return answer == BSN_OK;
}

static void
decide(bsn_agreement *agreement, guint64 height)
{
	bsn_err err = BSN_ERR_INIT;

	agreement->decided = height;
	agreement->stopped = agreement->proposer->decide(
		agreement->proposer, height,
		buffer_slice(agreement->proposal), bsn_slice_of(NULL, 0),
		&err);
	if (agreement->stopped == BSN_OK)
		return;
	agreement->decided = height - 1;
	log_line(agreement, BSN_LOG_ERROR,
		 "the engine refused height %" G_GUINT64_FORMAT
		 ", the chain stops: %s",
		 height, err.reason);
}

/* Decides heights while there is room in the pipeline and something to
 * propose. The engine may call back in; the loop then goes on with it. */
static void
advance(bsn_agreement *agreement)
{
	if (agreement->busy)
		return;
	agreement->busy = TRUE;
	while (agreement->wanted && agreement->stopped == BSN_OK &&
	       agreement->decided - agreement->applied < agreement->pipeline) {
		guint64 next = agreement->decided + 1;

		if (propose(agreement, next))
			decide(agreement, next);
	}
	agreement->busy = FALSE;
}

static void
pending(bsn_agreement *agreement)
{
	agreement->wanted = TRUE;
	advance(agreement);
}

static void
applied(bsn_agreement *agreement, uint64_t height)
{
	if (height > agreement->decided) {
		log_line(agreement, BSN_LOG_ERROR,
			 "the engine says that height %" G_GUINT64_FORMAT
			 " is durable, but only %" G_GUINT64_FORMAT
			 " are decided",
			 (guint64)height, agreement->decided);
		return;
	}
	agreement->applied = MAX(agreement->applied, height);
	advance(agreement);
}

static int32_t
status(bsn_agreement *agreement, bsn_sink *json)
{
	g_autoptr(json_t) object = json_pack(
		"{s:s,s:I,s:I,s:I,s:b}", "leader", agreement->leader, "height",
		(json_int_t)agreement->applied, "decided",
		(json_int_t)agreement->decided, "pipeline",
		(json_int_t)agreement->pipeline, "stopped",
		agreement->stopped != BSN_OK);

	return object != NULL ? json_write(object, json) : BSN_E_NOMEM;
}

const bsn_consensus solo_consensus = {
	.size = sizeof(bsn_consensus),
	.name = "solo",
	.check_config = check_config,
	.create = create,
	.destroy = destroy,
	.pending = pending,
	.applied = applied,
	.status = status,
};
