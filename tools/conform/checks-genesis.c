/* SPDX-License-Identifier: Apache-2.0
 *
 * chain.config, chain.opens: what a chain is made from.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <jansson.h>

#include "tools/conform/bed.h"

#define GENESIS_MAX (16u << 20)
/* A key that no framework has. */
#define UNKNOWN_KEY "no_such_key_4711"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* ---- making a genesis ---------------------------------------------------- */

typedef struct {
	bsn_sink sink;
	GByteArray *bytes;
} Taking;

static int32_t
take(bsn_sink *sink, const void *data, uint64_t len)
{
	Taking *taking = (Taking *)sink;

	if (len > GENESIS_MAX - taking->bytes->len)
		return BSN_TOO_LARGE;
	g_byte_array_append(taking->bytes, data, (guint)len);
	return BSN_OK;
}

typedef struct {
	int32_t status;
	char reason[BSN_REASON_MAX];
	GBytes *bytes; /* NULL: it was refused */
} Made;

/* What the bed's chain was made from, for a change of one thing. */
static bsn_genesis
request_of(Bed *bed)
{
	const SimWorld *world = bed_world(bed);

	return (bsn_genesis){
		.size = sizeof(bsn_genesis),
		.member_count = world->options->nodes,
		.name = bsn_slice_str("conform"),
		.config = bsn_slice_str(world->config),
		.members = world->members,
		.time_ms = SIM_START_MS - 1000,
	};
}

static Made
make(Bed *bed, const bsn_genesis *request)
{
	const bsn_engine *engine = run_engine(bed_run_of(bed));
	Taking taking = { { take }, g_byte_array_new() };
	bsn_err err = BSN_ERR_INIT;
	Made made = { .bytes = NULL };

	made.status = engine->chain->genesis(request, &taking.sink, &err);
	g_strlcpy(made.reason, err.reason, sizeof(made.reason));
	if (made.status == BSN_OK)
		made.bytes = g_byte_array_free_to_bytes(taking.bytes);
	else
		g_byte_array_unref(taking.bytes);
	return made;
}

static GBytes *
must_make(Bed *bed, const bsn_genesis *request)
{
	Made made = make(bed, request);

	EXPECT(bed_run_of(bed), made.status == BSN_OK,
	       "a genesis must be made; %s: %s", bed_status_name(made.status),
	       made.reason);
	EXPECT(bed_run_of(bed), g_bytes_get_size(made.bytes) > 0,
	       "a genesis must have bytes; it has none");
	return made.bytes;
}

/* ---- chain.config -------------------------------------------------------- */

/* `names`: what the reason must name; NULL: nothing. */
static void
must_refuse(Bed *bed, const char *config, const char *names, const char *what)
{
	Run *run = bed_run_of(bed);
	const bsn_engine *engine = run_engine(run);
	bsn_genesis request = request_of(bed);
	const char *algorithm = NULL;
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	Made made;

	request.config = bsn_slice_str(config);
	made = make(bed, &request);
	run_note(run, "genesis with %s -> %s: %s", what,
		 bed_status_name(made.status), made.reason);
	EXPECT(run, made.status > BSN_OK,
	       "a config with %s must be refused with a status above 0; it is "
	       "%s",
	       what,
	       made.status == BSN_OK ? "taken" : bed_status_name(made.status));
	EXPECT(run, *made.reason != '\0',
	       "a config with %s must be refused with a reason; there is none",
	       what);
	EXPECT(run, names == NULL || strstr(made.reason, names) != NULL,
	       "why a config with %s is refused must name \"%s\"; it is \"%s\"",
	       what, names, made.reason);
	status = engine->chain->member_algorithm(request.config, &algorithm,
						 &err);
	EXPECT(run, status >= BSN_OK,
	       "member_algorithm must not fail with a status below 0 for a "
	       "config with %s; it is %s",
	       what, bed_status_name(status));
}

/* The config with one more key, or another value of one. */
static char *
config_with(Bed *bed, const char *key, json_t *value)
{
	g_autoptr(json_t) config =
		json_loads(bed_world(bed)->config, 0, NULL);

	json_object_set_new(config, key, value);
	return json_dumps(config, JSON_COMPACT);
}

static void
refuses_configs(Run *run)
{
	Bed *bed = bed_new(run, NULL);
	g_autoptr(json_t) config =
		json_loads(bed_world(bed)->config, 0, NULL);
	g_autofree char *unknown =
		config_with(bed, UNKNOWN_KEY, json_integer(1));
	const char *key;
	json_t *value;

	must_refuse(bed, "{", NULL, "half an object");
	must_refuse(bed, "[]", NULL, "an array");
	must_refuse(bed, "\xff\xfe", NULL, "bytes that are no text");
	must_refuse(bed, unknown, UNKNOWN_KEY, "a key that does not exist");
	json_object_foreach(config, key, value) {
		g_autofree char *wrong = config_with(
			bed, key, json_pack("[[i]]", -4711));
		g_autofree char *what =
			g_strdup_printf("a wrong value of \"%s\"", key);

		must_refuse(bed, wrong, key, what);
	}
	bed_restart(bed, 0);
}

/* It may be the genesis that knows the protocols, or only the open chain. */
static void
refuses_protocols(Run *run)
{
	static const char protocol[] = "no-such-protocol";
	const BedSpec spec = { .protocol = protocol };
	g_autofree char *message = NULL;
	Bed *bed;

	if (run_workload(run)->consensus_path == NULL) {
		run_note(run, "the workload names no place for a protocol");
		return;
	}
	bed = bed_try(run, &spec, &message);
	EXPECT(run, bed == NULL,
	       "a chain with a protocol that nobody offers must not be made");
	run_note(run, "a chain with \"%s\" -> %s", protocol, message);
	EXPECT(run, strstr(message, protocol) != NULL,
	       "why a protocol is refused must name it; it is \"%s\"",
	       message);
}

/* ---- genesis ------------------------------------------------------------- */

static void
must_differ(Bed *bed, GBytes *right, const bsn_genesis *request,
	    const char *what)
{
	g_autoptr(GBytes) other = must_make(bed, request);

	EXPECT(bed_run_of(bed), !g_bytes_equal(right, other),
	       "a genesis with %s must be another one; it is the same", what);
	run_note(bed_run_of(bed), "a genesis with %s is another one", what);
}

static void
makes_the_same(Run *run)
{
	const BedSpec spec = { .spares = 1 };
	Bed *bed = bed_new(run, &spec);
	bsn_genesis request = request_of(bed);
	g_autoptr(GBytes) right = must_make(bed, &request);
	g_autoptr(GBytes) again = must_make(bed, &request);
	bsn_member member;

	EXPECT(run, g_bytes_equal(right, again),
	       "the same genesis must have the same bytes; it has others");
	run_note(run, "it is the same twice, %" G_GSIZE_FORMAT " bytes",
		 g_bytes_get_size(right));
	request.name = bsn_slice_str("conform-2");
	must_differ(bed, right, &request, "another name");
	request = request_of(bed);
	request.time_ms++;
	must_differ(bed, right, &request, "another time");
	member = request.members[1];
	member.role = BSN_ROLE_CONSENSUS;
	request = request_of(bed);
	request.members = &member;
	must_differ(bed, right, &request, "another member");
}

/* All chains begin at the same height with the same members; what tells them
 * apart is their first block. */
static void
has_identity(Run *run)
{
	const BedSpec one = { .chain = "one" };
	const BedSpec two = { .chain = "two" };
	const bsn_reply *a = bed_block(bed_new(run, &one), 0, 0, 0);
	const bsn_reply *b = bed_block(bed_new(run, &two), 0, 0, 0);

	EXPECT(run, a->status == BSN_OK && b->status == BSN_OK,
	       "block 0 must be there as soon as a chain is open");
	EXPECT(run,
	       memcmp(&a->block.hash, &b->block.hash, sizeof(bsn_id)) != 0,
	       "two chains with other names must not have the same block 0; "
	       "they have");
}

static void
refuses_members(Run *run)
{
	Bed *bed = bed_new(run, NULL);
	bsn_genesis request = request_of(bed);
	bsn_member member = request.members[0];
	Made made;

	request.member_count = 0;
	made = make(bed, &request);
	EXPECT(run, made.status > BSN_OK && *made.reason != '\0',
	       "a chain without members must be refused with a reason; it is "
	       "%s",
	       bed_status_name(made.status));
	run_note(run, "no members -> %s", made.reason);
	request.member_count = 1;
	request.members = &member;
	member.public_key.len--;
	made = make(bed, &request);
	EXPECT(run, made.status > BSN_OK && *made.reason != '\0',
	       "a member whose key is too short must be refused with a "
	       "reason; it is %s",
	       bed_status_name(made.status));
	run_note(run, "a key that is too short -> %s", made.reason);
}

#define CHECK(id, member, function, sentence)                                  \
	{ "chain." id, sentence, "chain.config",                               \
	  "engine.h: bsn_chain_ops." member, LEVEL_TABLE2, 1,                  \
	  BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK("config-refused", "genesis", refuses_configs,
	      "A config that is wrong is refused, and the reason names what "
	      "is wrong in it."),
	CHECK("config-protocol", "open", refuses_protocols,
	      "A protocol that nobody offers is refused by its name."),
	CHECK("config-members", "genesis", refuses_members,
	      "A chain is not made of members that cannot be."),
	CHECK("config", "genesis", makes_the_same,
	      "The same chain has the same genesis, byte for byte; another "
	      "name, time or member makes another one."),
	CHECK("opens", "open", has_identity,
	      "An open chain has its first block, and one with another name has "
	      "another."),
};
CHECK_GROUP(checks_genesis, list);
