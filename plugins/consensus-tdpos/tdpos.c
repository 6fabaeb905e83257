/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-tdpos/tdpos.h"

#include <bsn/helpers/error.h>

#include "plugins/consensus-chainedbft/epoch_members.h"
#include "plugins/kit/json.h"

/* Bytes of a config, far above what it can say. */
#define CONFIG_MAX 4096u
#define PERIOD_MIN_MS 50u
#define INTERVAL_MAX_MS 600000u
#define BLOCK_NUM_MAX 10000u
#define NS_PER_MS 1000000u

/* ---- config ------------------------------------------------------------ */

static void
check(JsonFields *fields, const Config *config, guint64 members)
{
	if (config->alternate_interval < config->period)
		fields_fail(fields, "alternate_interval",
			    "is below period: raise it");
	if (config->term_interval < config->alternate_interval)
		fields_fail(fields, "term_interval",
			    "is below alternate_interval: raise it");
	if (members > config->proposer_num)
		fields_fail(fields, "proposer_num",
			    "is below the number of consensus members: raise "
			    "it, or make some of them observers");
}

static int32_t
read_config(bsn_slice text, guint64 members, Config *config, bsn_err *err)
{
	g_autoptr(json_t) object = NULL;
	JsonFields fields = fields_parse(text, CONFIG_MAX, "consensus config",
					 &object, err);

	*config = (Config){
		.period = fields_u64(&fields, "period", PERIOD_MIN_MS,
				     INTERVAL_MAX_MS, 3000),
		.block_num = fields_u64(&fields, "block_num", 1, BLOCK_NUM_MAX,
					20),
		.proposer_num = fields_u64(&fields, "proposer_num", 1,
					   MEMBERS_MAX, 1),
	};
	fields_require(&fields, "proposer_num",
		       "say how many proposers a term has");
	config->alternate_interval =
		fields_u64(&fields, "alternate_interval", PERIOD_MIN_MS,
			   INTERVAL_MAX_MS, config->period);
	config->term_interval =
		fields_u64(&fields, "term_interval", PERIOD_MIN_MS,
			   INTERVAL_MAX_MS, config->alternate_interval);
	config->begin = fields_u64(&fields, "timestamp", 0, G_MAXINT64, 0) /
			NS_PER_MS;
	check(&fields, config, members);
	return fields_end(&fields);
}

/* ---- slots ------------------------------------------------------------- */

/* Slots of a term. */
static guint64
term_slots(const Config *config)
{
	return config->proposer_num * config->block_num;
}

/* Ms of one proposer's slots with the hand-over behind them. */
static guint64
turn_ms(const Config *config)
{
	return (config->block_num - 1) * config->period +
	       config->alternate_interval;
}

static guint64
term_ms(const Config *config)
{
	return config->proposer_num * turn_ms(config) -
	       config->alternate_interval + config->term_interval;
}

/* Slots count from 1, so that what was before the first term is in slot 0. */
static guint64
slot_at(const Config *config, guint64 time_ms)
{
	guint64 terms, rest, turn, block;

	if (time_ms < config->begin)
		return 0;
	terms = (time_ms - config->begin) / term_ms(config);
	rest = (time_ms - config->begin) % term_ms(config);
	turn = MIN(rest / turn_ms(config), config->proposer_num - 1);
	block = MIN((rest - turn * turn_ms(config)) / config->period,
		    config->block_num - 1);
	return 1 + terms * term_slots(config) + turn * config->block_num +
	       block;
}

static guint64
slot_start(const Config *config, guint64 slot)
{
	guint64 terms, rest;

	if (slot == 0)
		return 0;
	terms = (slot - 1) / term_slots(config);
	rest = (slot - 1) % term_slots(config);
	return config->begin + terms * term_ms(config) +
	       rest / config->block_num * turn_ms(config) +
	       rest % config->block_num * config->period;
}

/* From 1; 0 before the first. */
static guint64
term(const Config *config, guint64 slot)
{
	return slot == 0 ? 0 : 1 + (slot - 1) / term_slots(config);
}

static guint
leader(const Config *config, guint n, guint64 slot)
{
	const guint64 rest = slot == 0 ? 0 : (slot - 1) % term_slots(config);

	return (guint)(rest / config->block_num % n);
}

const Mode tdpos_mode = {
	.name = "tdpos",
	.protocol = PROTOCOL_TDPOS,
	.slots = TRUE,
	.read_config = read_config,
	.leader = leader,
	.slot_at = slot_at,
	.slot_start = slot_start,
	.term = term,
};

/* ---- the table --------------------------------------------------------- */

static int32_t
check_config(bsn_slice config, uint64_t member_count, bsn_err *err)
{
	return chainedbft_check_config(&tdpos_mode, config, member_count, err);
}

static int32_t
create(bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,
       const bsn_member *members, uint64_t n, uint64_t height,
       bsn_agreement **agreement, bsn_err *err)
{
	return chainedbft_create(&tdpos_mode, chain, proposer, config, height,
				 agreement, err);
}

const bsn_consensus tdpos_consensus = {
	CHAINEDBFT_MEMBERS,
	.name = "tdpos",
	.check_config = check_config,
	.create = create,
};
