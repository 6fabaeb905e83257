/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-xpoa/xpoa.h"

#include "plugins/kit/json.h"

/* Bytes of a config, far above what it can say. */
#define CONFIG_MAX 4096u
#define PERIOD_MIN_MS 50u
#define PERIOD_MAX_MS 600000u
#define BLOCK_NUM_MAX 10000u

static int32_t
read_config(bsn_slice text, guint64 members, Config *config, bsn_err *err)
{
	g_autoptr(json_t) object = NULL;
	JsonFields fields = fields_parse(text, CONFIG_MAX, "consensus config",
					 &object, err);

	*config = (Config){
		.period = fields_u64(&fields, "period", PERIOD_MIN_MS,
				     PERIOD_MAX_MS, 3000),
		.block_num = fields_u64(&fields, "block_num", 1, BLOCK_NUM_MAX,
					10),
	};
	return fields_end(&fields);
}

static guint64
slot_at(const Config *config, guint64 time_ms)
{
	return time_ms / config->period;
}

static guint64
slot_start(const Config *config, guint64 slot)
{
	return slot * config->period;
}

static guint
leader(const Config *config, guint n, guint64 slot)
{
	return (guint)(slot / config->block_num % n);
}

const Mode xpoa_mode = {
	.name = "xpoa",
	.protocol = PROTOCOL_XPOA,
	.slots = TRUE,
	.read_config = read_config,
	.leader = leader,
	.slot_at = slot_at,
	.slot_start = slot_start,
};

static int32_t
check_config(bsn_slice config, uint64_t member_count, bsn_err *err)
{
	return chainedbft_check_config(&xpoa_mode, config, member_count, err);
}

static int32_t
create(bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,
       const bsn_member *members, uint64_t n, uint64_t height,
       bsn_agreement **agreement, bsn_err *err)
{
	return chainedbft_create(&xpoa_mode, chain, proposer, config, height,
				 agreement, err);
}

const bsn_consensus xpoa_consensus = {
	CHAINEDBFT_MEMBERS,
	.name = "xpoa",
	.check_config = check_config,
	.create = create,
};
