/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-chainedbft/chainedbft.h"

#include <glib.h>

#include "plugins/kit/json.h"

/* Bytes of a config, far above what it can say. */
#define CONFIG_MAX 4096u
#define MINUTE_MS 60000u

static int32_t
read_config(bsn_slice text, guint64 members, Config *config, bsn_err *err)
{
	g_autoptr(json_t) object = NULL;
	JsonFields fields = fields_parse(text, CONFIG_MAX, "consensus config",
					 &object, err);

	*config = (Config){
		.timeout = fields_u64(&fields, "timeout_ms", 100,
				      10 * MINUTE_MS, 2000),
		.timeout_max = fields_u64(&fields, "timeout_max_ms", 100,
					  60 * MINUTE_MS, MINUTE_MS),
		.suspect_timeout = fields_u64(&fields, "suspect_timeout_ms", 0,
					      MINUTE_MS, 50),
		.block_interval = fields_u64(&fields, "block_interval_ms", 0,
					     MINUTE_MS, 0),
	};
	if (config->timeout_max < config->timeout)
		fields_fail(&fields, "timeout_max_ms",
			    "is below timeout_ms: raise it");
	if (config->suspect_timeout > config->timeout)
		fields_fail(&fields, "suspect_timeout_ms",
			    "is above timeout_ms: lower it");
	if (config->block_interval >= config->timeout)
		fields_fail(&fields, "block_interval_ms",
			    "is not below timeout_ms, so every round would "
			    "pass for nothing: raise timeout_ms");
	return fields_end(&fields);
}

/* Round by round. */
static guint
leader(const Config *config, guint n, guint64 round)
{
	return (guint)(round % n);
}

static const Mode mode = {
	.name = "chainedbft",
	.protocol = PROTOCOL_CHAINEDBFT,
	.read_config = read_config,
	.leader = leader,
};

static int32_t
check_config(bsn_slice config, uint64_t member_count, bsn_err *err)
{
	return chainedbft_check_config(&mode, config, member_count, err);
}

static int32_t
create(bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,
       const bsn_member *members, uint64_t n, uint64_t height,
       bsn_agreement **agreement, bsn_err *err)
{
	return chainedbft_create(&mode, chain, proposer, config, height,
				 agreement, err);
}

const bsn_consensus chainedbft_consensus = {
	CHAINEDBFT_MEMBERS,
	.name = "chainedbft",
	.check_config = check_config,
	.create = create,
};
