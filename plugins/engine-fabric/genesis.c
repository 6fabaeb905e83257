/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/genesis.h"

#include <string.h>

#include "common/common.pb-c.h"
#include "plugins/engine-fabric/block.h"
#include "plugins/engine-fabric/channel/founding.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/kit/host.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define MS_PER_S 1000u
#define NS_PER_MS 1000000

/* ---- the config's own words ---------------------------------------------- */

static gboolean
read_crypto(JsonFields *fields)
{
	static const char *const choices[] = { "std", "sm", NULL };

	return strcmp(fields_choice(fields, "crypto", choices, "std"), "sm") ==
	       0;
}

int32_t
genesis_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	int32_t status;
	g_autoptr(json_t) object = json_parse_object(config, GENESIS_CONFIG_MAX,
						     "config", &status, err);
	JsonFields fields = fields_of(object, "config", err);
	gboolean sm;

	if (object == NULL)
		return status;
	sm = read_crypto(&fields);
	if (fields.status == BSN_OK)
		*algorithm = sm ? "sm2" : "ecdsa-p256";
	return fields.status;
}

/* What is not founding.h's, taken out of the object. */
typedef struct {
	Suite suite;
	char *consensus;
	char *settings; /* JSON object text */
} Choices;

static void
choices_clear(Choices *choices)
{
	g_free(choices->consensus);
	g_free(choices->settings);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Choices, choices_clear)

static void
read_consensus(JsonFields *fields, Choices *choices)
{
	const json_t *given = fields_object(fields, "consensus");
	const json_t *name = json_object_get(given, "name");
	g_autoptr(json_t) own =
		given != NULL ? json_copy((json_t *)given) : json_object();

	if (given != NULL &&
	    (!json_is_string(name) || json_string_length(name) == 0 ||
	     json_string_length(name) > CHANNEL_ORDERER_TYPE_MAX))
		fields_fail(fields, "consensus",
			    "it must have a \"name\", such as \"raft\", "
			    "\"pbft\" or \"solo\"");
	choices->consensus = g_strdup(
		json_is_string(name) ? json_string_value(name) : "raft");
	(void)json_object_del(own, "name");
	choices->settings = json_text(own);
}

static int32_t
take_choices(json_t *object, Choices *choices, bsn_err *err)
{
	JsonFields fields = fields_of(object, "config", err);
	const gboolean sm = read_crypto(&fields);

	read_consensus(&fields, choices);
	if (fields.status != BSN_OK)
		return fields.status;
	(void)json_object_del(object, "crypto");
	(void)json_object_del(object, "consensus");
	return suite_find(&choices->suite, services.crypto, sm, err);
}

/* ---- members ------------------------------------------------------------- */

static int32_t
check_member(const bsn_member *member, guint64 i, const Suite *suite,
	     bsn_err *err)
{
	if (g_strcmp0(member->algorithm, suite->algorithm) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"member %" G_GUINT64_FORMAT
				" has a key of %s; this channel's members need "
				"%s keys",
				i,
				member->algorithm ? member->algorithm : "none",
				suite->algorithm);
	if (member->public_key.len != PUBLIC_KEY_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the public key of member %" G_GUINT64_FORMAT
				" must be the 64 bytes X || Y",
				i);
	if (member->role != BSN_ROLE_CONSENSUS &&
	    member->role != BSN_ROLE_OBSERVER)
		return bsn_fail(
			err, BSN_BAD_REQUEST,
			"member %" G_GUINT64_FORMAT " has an unknown role", i);
	if (member->name.len > GENESIS_TEXT_MAX ||
	    member->address.len > GENESIS_TEXT_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"name and address of member %" G_GUINT64_FORMAT
				" may have %u bytes each",
				i, GENESIS_TEXT_MAX);
	return BSN_OK;
}

static int
compare_members(gconstpointer a, gconstpointer b)
{
	const bsn_slice one = ((const bsn_member *)a)->public_key;
	const bsn_slice other = ((const bsn_member *)b)->public_key;

	return memcmp(one.data, other.data, PUBLIC_KEY_LEN);
}

static gboolean
has_twins(const GArray *sorted)
{
	for (guint i = 1; i < sorted->len; i++)
		if (compare_members(&g_array_index(sorted, bsn_member, i - 1),
				    &g_array_index(sorted, bsn_member, i)) == 0)
			return TRUE;
	return FALSE;
}

/* All in order of their keys; how many agree. */
static int32_t
sort_members(const bsn_genesis *genesis, const Suite *suite, GArray *sorted,
	     guint64 *consenters, bsn_err *err)
{
	*consenters = 0;
	if (genesis->member_count > GENESIS_MEMBERS_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a channel begins with at most %u members",
				GENESIS_MEMBERS_MAX);
	for (guint64 i = 0; i < genesis->member_count; i++) {
		bsn_member member = *member_at(genesis->members, i);
		int32_t status = check_member(&member, i, suite, err);

		if (status != BSN_OK)
			return status;
		member.size = sizeof(member);
		g_array_append_val(sorted, member);
		*consenters += member.role == BSN_ROLE_CONSENSUS;
	}
	g_array_sort(sorted, compare_members);
	if (*consenters == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a channel needs at least one member with the "
				"role consensus");
	if (has_twins(sorted))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"two members have the same public key");
	return BSN_OK;
}

/* ---- making -------------------------------------------------------------- */

static int32_t
check_name(bsn_slice name, bsn_err *err)
{
	if (name.len > 0 && g_ascii_islower(name.data[0]))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"the name of a Fabric channel begins with a letter");
}

static int32_t
check_consensus(const Choices *choices, guint64 consenters, bsn_err *err)
{
	const bsn_consensus *consensus =
		services.consensuses->find(choices->consensus);

	if (consensus == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"config.consensus.name: no loaded plugin "
				"offers \"%s\"",
				choices->consensus);
	return consensus->check_config(bsn_slice_str(choices->settings),
				       consenters, err);
}

/* Whoever opens the chain reads it so; what is wrong is said now. */
static int32_t
judge(const GByteArray *block, bsn_err *err)
{
	g_auto(Genesis) read = { 0 };

	return genesis_read(buffer_slice(block), &read, err);
}

static int32_t
make_block(const bsn_genesis *genesis, const Choices *choices,
	   const json_t *object, const GArray *members, GByteArray *block,
	   bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autofree char *id = g_strndup((const char *)genesis->name.data,
					(gsize)genesis->name.len);
	g_autoptr(GByteArray) agreement = g_byte_array_new();
	Founding founding = { &choices->suite, choices->consensus, { 0 } };
	Common__Config *config = NULL;
	int32_t status;

	agreement_put(agreement, bsn_slice_str(choices->settings),
		      (const bsn_member *)(const void *)members->data,
		      members->len);
	founding.orderer_metadata = buffer_slice(agreement);
	status = founding_config(&arena, &founding, object, &config, err);
	return status == BSN_OK ? founding_block(&choices->suite, id, config,
						 genesis->time_ms, block)
				: status;
}

int32_t
genesis_make(const bsn_genesis *genesis, bsn_sink *out, bsn_err *err)
{
	int32_t status;
	g_autoptr(json_t) object = json_parse_object(
		genesis->config, GENESIS_CONFIG_MAX, "config", &status, err);
	g_autoptr(GArray) members =
		g_array_new(FALSE, FALSE, sizeof(bsn_member));
	g_autoptr(GByteArray) block = g_byte_array_new();
	g_auto(Choices) choices = { 0 };
	guint64 consenters;

	if (object == NULL)
		return status;
	status = check_name(genesis->name, err);
	if (status == BSN_OK)
		status = take_choices(object, &choices, err);
	if (status == BSN_OK)
		status = sort_members(genesis, &choices.suite, members,
				      &consenters, err);
	if (status == BSN_OK)
		status = check_consensus(&choices, consenters, err);
	if (status == BSN_OK)
		status = make_block(genesis, &choices, object, members, block,
				    err);
	if (status == BSN_OK)
		status = judge(block, err);
	return status == BSN_OK ? out->write(out, block->data, block->len)
				: status;
}

/* ---- reading ------------------------------------------------------------- */

/* The config of a payload; its sequence may be any. */
static int32_t
read_config(const Common__Payload *payload, ChannelConfig **config,
	    bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) bytes = NULL;
	int32_t status = BSN_OK;
	const Common__ConfigEnvelope *envelope =
		message_unpack(&arena, &common__config_envelope__descriptor,
			       message_slice(payload->data), &status, err);

	if (envelope == NULL)
		return status;
	if (envelope->config == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the envelope has no config");
	bytes = message_pack(envelope->config);
	return channel_config_read(services.crypto, buffer_slice(bytes), config,
				   err);
}

static const Common__Payload *
open_payload(Arena *arena, bsn_slice bytes, int32_t *status, bsn_err *err)
{
	const Common__Envelope *envelope = message_unpack(
		arena, &common__envelope__descriptor, bytes, status, err);

	return envelope != NULL
		       ? message_unpack(arena, &common__payload__descriptor,
					message_slice(envelope->payload),
					status, err)
		       : NULL;
}

int32_t
genesis_config(bsn_slice envelope, ChannelConfig **config, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;
	const Common__Payload *payload =
		open_payload(&arena, envelope, &status, err);

	return payload != NULL ? read_config(payload, config, err) : status;
}

static int32_t
read_header(Arena *arena, const Common__Payload *payload, Genesis *genesis,
	    bsn_err *err)
{
	int32_t status = BSN_BAD_REQUEST;
	const Common__ChannelHeader *header =
		payload->header != NULL
			? message_unpack(
				  arena, &common__channel_header__descriptor,
				  message_slice(
					  payload->header->channel_header),
				  &status, err)
			: NULL;

	if (header == NULL)
		return bsn_fail(err, status,
				"the genesis has no channel header");
	if (header->type != COMMON__HEADER_TYPE__CONFIG ||
	    header->channel_id[0] == '\0')
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the genesis is no channel's config");
	genesis->id = g_strdup(header->channel_id);
	if (header->timestamp != NULL && header->timestamp->seconds >= 0)
		genesis->time_ms =
			(guint64)header->timestamp->seconds * MS_PER_S +
			(guint64)(MAX(header->timestamp->nanos, 0) / NS_PER_MS);
	return BSN_OK;
}

int32_t
genesis_read(bsn_slice bytes, Genesis *genesis, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;
	const Common__Block *block = message_unpack(
		&arena, &common__block__descriptor, bytes, &status, err);
	const Common__Payload *payload;

	if (block == NULL)
		return status;
	if (block->header == NULL || block->data == NULL ||
	    block->data->n_data != 1)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the genesis is no block of one envelope");
	payload = open_payload(&arena, message_slice(block->data->data[0]),
			       &status, err);
	if (payload == NULL)
		return status;
	status = read_header(&arena, payload, genesis, err);
	if (status == BSN_OK)
		status = read_config(payload, &genesis->config, err);
	if (status == BSN_OK)
		status = block_check(&genesis->config->suite, block, 0,
				     bsn_slice_of(NULL, 0), err);
	return status == BSN_OK
		       ? block_header_hash(&genesis->config->suite,
					   block->header, genesis->hash)
		       : status;
}

void
genesis_clear(Genesis *genesis)
{
	g_clear_pointer(&genesis->id, g_free);
	g_clear_pointer(&genesis->config, channel_config_free);
}
