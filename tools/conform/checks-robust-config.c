/* SPDX-License-Identifier: Apache-2.0
 *
 * robust.*: what a chain is made from may be anything: its config, its name, its
 * members.
 */
#include <jansson.h>
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/conform/storm.h"

static const BedSpec quiet = { .quiet = TRUE };

typedef struct {
	bsn_sink sink;
	guint64 len;
} CountingSink;

static int32_t
count(bsn_sink *sink, const void *data, uint64_t len)
{
	((CountingSink *)sink)->len += len;
	return BSN_OK;
}

typedef struct {
	Run *run;
	Storm *algorithm, *genesis;
	const SimWorld *world;
} Configs;

static void
try_algorithm(const Configs *configs, bsn_slice config)
{
	bsn_err err = BSN_ERR_INIT;
	const char *algorithm = NULL;
	int32_t status = configs->run->engine->chain->member_algorithm(
		config, &algorithm, &err);

	storm_answer(configs->algorithm, status, &err, FALSE);
	EXPECT(configs->run, status != BSN_OK || algorithm != NULL,
	       "bsn_chain_ops.member_algorithm must name an algorithm when it "
	       "succeeds; it names none");
}

static void
try_genesis(const Configs *configs, bsn_genesis genesis)
{
	CountingSink sink = { .sink = { count } };
	bsn_err err = BSN_ERR_INIT;
	int32_t status = configs->run->engine->chain->genesis(
		&genesis, &sink.sink, &err);

	storm_answer(configs->genesis, status, &err, FALSE);
	EXPECT(configs->run, status != BSN_OK || sink.len > 0,
	       "bsn_chain_ops.genesis must write a genesis when it succeeds; "
	       "it writes nothing");
}

static bsn_genesis
good_genesis(const SimWorld *world)
{
	return (bsn_genesis){ .size = sizeof(bsn_genesis),
			      .member_count = world->n_nodes,
			      .name = bsn_slice_str("conform"),
			      .config = bsn_slice_str(world->config),
			      .members = world->members,
			      .time_ms = SIM_START_MS };
}

static void
try_config(const Configs *configs, const GByteArray *config)
{
	bsn_genesis genesis = good_genesis(configs->world);

	genesis.config = storm_slice(config);
	try_algorithm(configs, genesis.config);
	try_genesis(configs, genesis);
}

static gboolean
is_object(const GByteArray *text)
{
	json_t *value = json_loadb((const char *)text->data, text->len,
				   JSON_ALLOW_NUL, NULL);
	gboolean is = json_is_object(value);

	json_decref(value);
	return is;
}

/* What is no JSON object, and not left out, is no config. */
static void
refuses_text(const Configs *configs, const GByteArray *config)
{
	const bsn_chain_ops *chain = configs->run->engine->chain;
	CountingSink sink = { .sink = { count } };
	bsn_genesis genesis = good_genesis(configs->world);
	const char *algorithm = NULL;
	bsn_err err = BSN_ERR_INIT;

	if (config->len <= 1 || is_object(config))
		return;
	genesis.config = storm_slice(config);
	EXPECT(configs->run,
	       chain->genesis(&genesis, &sink.sink, &err) != BSN_OK &&
		       chain->member_algorithm(genesis.config, &algorithm,
					       &err) != BSN_OK,
	       "a config that is no JSON object must be refused; the engine "
	       "takes \"%.*s\"",
	       (int)MIN(config->len, 40), (const char *)config->data);
}

/* Names, times and members that there are not. */
static void
try_others(const Configs *configs, SimRandom *random)
{
	bsn_genesis genesis = good_genesis(configs->world);
	bsn_member member = configs->world->members[0];
	g_autoptr(GByteArray) noise = storm_noise(random, 300);
	g_autoptr(GByteArray) key = storm_spoil(random, member.public_key);

	genesis.name = storm_slice(noise);
	try_genesis(configs, genesis);
	genesis = good_genesis(configs->world);
	genesis.time_ms = sim_random_u64(random);
	try_genesis(configs, genesis);
	genesis.members = &member;
	member.name = member.address = storm_slice(noise);
	try_genesis(configs, genesis);
	member.algorithm = "nobody's";
	try_genesis(configs, genesis);
	member.algorithm = configs->world->members[0].algorithm;
	member.role = (guint32)sim_random_u64(random);
	try_genesis(configs, genesis);
	member.role = BSN_ROLE_CONSENSUS;
	member.public_key = storm_slice(key);
	try_genesis(configs, genesis);
}

static void
config(Run *run)
{
	Bed *bed = bed_new(run, &quiet);
	SimRandom random = run_random(run, "config");
	Storm algorithm, genesis;
	const Configs configs = { run, &algorithm, &genesis, bed_world(bed) };
	GByteArray *odd;

	storm_begin(&algorithm, run, "bsn_chain_ops.member_algorithm");
	storm_begin(&genesis, run, "bsn_chain_ops.genesis");
	for (guint i = 0; (odd = storm_odd_json(i)) != NULL; i++) {
		refuses_text(&configs, odd);
		try_config(&configs, odd);
		g_byte_array_unref(odd);
	}
	for (guint i = 0; i < run->cases * 30; i++) {
		g_autoptr(GByteArray) text =
			storm_spoil_json(&random, configs.world->config);

		try_config(&configs, text);
		try_others(&configs, &random);
	}
	storm_end(&algorithm);
	storm_end(&genesis);
	bed_free(bed);
}

/* ---- the list ------------------------------------------------------------ */

static const Check list[] = {
	{ "robust.config",
	  "A config, name, time or member that is wrong is refused in words.",
	  NULL, "engine.h: bsn_chain_ops.genesis", LEVEL_LOADS, 1,
	  BSN_KIND_ENGINE, config, 0 },
};
CHECK_GROUP(checks_robust_config, list);
