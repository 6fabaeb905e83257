/* SPDX-License-Identifier: Apache-2.0
 *
 * A change of the config as somebody asks for it, and its first signature.
 */
#include "plugins/engine-fabric/members/asked.h"

#include <string.h>

#include "plugins/engine-fabric/channel/change.h"
#include "plugins/engine-fabric/channel/compute.h"
#include "plugins/engine-fabric/channel/update.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/members/apply.h"
#include "plugins/engine-fabric/members/payload.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/members/node.h"
#include "plugins/engine-fabric/members/rounds.h"
#include "plugins/engine-fabric/members/votes.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* Bytes of a request's arguments: an update in hex, or lists of certificates.
 */
#define ARGS_MAX (2 * VOTE_UPDATE_MAX + 1024u)

void
change_clear(Change *change)
{
	arena_clear(&change->arena);
	json_decref(change->args);
}

/* ---- the config that is wanted ---- */

/* Whether the channel can go on with it. */
static int32_t
judge(Change *change, Common__ConfigGroup *after, gboolean force)
{
	Channel *channel = change->channel;
	Common__Config message = COMMON__CONFIG__INIT;
	g_autoptr(ChannelConfig) config = NULL;
	bsn_slice bytes;
	int32_t status;

	message.sequence = channel->config->sequence + 1;
	message.channel_group = after;
	bytes = message_put(&change->arena, &message);
	status = config_may_follow(channel, bytes, change->err);
	if (status != BSN_OK || force)
		return status;
	status = channel_config_read(services.crypto, bytes, &config,
				     change->err);
	return status == BSN_OK
		       ? node_check_quorum(channel, config, change->err)
		       : status;
}

static int32_t
compute(Change *change, const Common__ConfigGroup *before,
	const Common__ConfigGroup *after)
{
	Common__ConfigUpdate update = COMMON__CONFIG_UPDATE__INIT;
	int32_t status =
		compute_update(&change->arena, before, after, &update.read_set,
			       &update.write_set, change->err);

	if (status != BSN_OK)
		return status;
	update.channel_id = change->channel->id;
	change->update = message_put(&change->arena, &update);
	return BSN_OK;
}

static int32_t
set(Change *change, const json_t *words, Common__ConfigGroup *after)
{
	int32_t status = change_apply(&change->arena, change->channel->config,
				      words, after, change->err);
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(words, "organisations"), i, one)
		if (status == BSN_OK &&
		    json_is_true(json_object_get(one, "remove")))
			status = node_remove_organisation(
				change->channel,
				json_string_value(
					json_object_get(one, "msp_id")),
				&change->arena, after, change->err);
	return status;
}

static int32_t
want(Change *change, const json_t *words, gboolean force)
{
	const ChannelConfig *config = change->channel->config;
	Common__ConfigGroup *after = change_copy(&change->arena, config);
	int32_t status = change->request->kind == BSN_TX_MEMBER
				 ? node_change(change->channel, change->args,
					       &change->arena, after, &force,
					       change->err)
				 : set(change, words, after);

	if (status == BSN_OK)
		status = judge(change, after, force);
	return status == BSN_OK
		       ? compute(change, config->message->channel_group, after)
		       : status;
}

/* ---- the request ---- */

/* What another has begun, byte for byte. */
static int32_t
take_update(Change *change, const GByteArray *bytes)
{
	change->update = bsn_slice_of(
		arena_copy(&change->arena, bytes->data, bytes->len),
		bytes->len);
	return BSN_OK;
}

static int32_t
read_config_args(Change *change)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	JsonFields fields = fields_of(change->args, "args", change->err);
	const json_t *words = fields_object(&fields, "set");
	const gboolean has_update =
		fields_hex(&fields, "update", 1, VOTE_UPDATE_MAX, bytes);
	const gboolean force = fields_bool(&fields, "force", FALSE);
	int32_t status = fields_end(&fields);

	if (status != BSN_OK)
		return status;
	if (has_update == (words != NULL))
		return bsn_fail(change->err, BSN_BAD_REQUEST,
				"args must have either set, what to change, or "
				"update, a change to sign as chain proposals "
				"lists it");
	return has_update ? take_update(change, bytes)
			  : want(change, words, force);
}

int32_t
change_read(Change *change)
{
	int32_t status = BSN_OK;

	change->args = json_parse_object(change->request->args, ARGS_MAX,
					 "args", &status, change->err);
	if (change->args == NULL)
		return status;
	status = change->request->kind == BSN_TX_MEMBER
			 ? want(change, NULL, FALSE)
			 : read_config_args(change);
	if (status == BSN_OK && change->update.len > VOTE_UPDATE_MAX)
		status = bsn_fail(change->err, BSN_TOO_LARGE,
				  "a change has at most %u bytes",
				  VOTE_UPDATE_MAX);
	return status;
}

/* ---- who asks ---- */

/* Whoever has voted may only sign again when that completes it: two may have
 * voted at the same time, each as if the other had not. */
static int32_t
check_first(Change *change, const GArray *needs)
{
	g_auto(Votes) votes = { .list = NULL };
	g_autoptr(GPtrArray) signers = NULL;
	int32_t status = votes_load(change->channel, change->update, &votes,
				    change->err);

	if (status != BSN_OK)
		return status;
	signers = votes_signers(&votes, change->update, NULL);
	if (!votes_has(signers, change->who) || votes_hold(needs, signers))
		return BSN_OK;
	return bsn_fail(change->err, BSN_DUPLICATE,
			"you have signed this change already, and others have "
			"to: see the chain's proposals");
}

static int32_t
check_signer(Change *change)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GArray) needs = g_array_new(FALSE, FALSE, sizeof(UpdateNeed));
	int32_t status =
		update_needs(change->channel->config, change->channel->id,
			     change->update, &arena, needs, change->err);
	const Item *item;

	if (status != BSN_OK)
		return status;
	if (votes_counts(needs, change->who))
		return check_first(change, needs);
	item = g_array_index(needs, UpdateNeed, 0).item;
	return bsn_fail(change->err, BSN_DENIED,
			"this changes %s by the policy %.64s, for which a "
			"certificate of %s in its present role does not "
			"count: an admin of an organisation signs such",
			item->path, item->mod_policy, change->who->msp->id);
}

int32_t
members_begin(Channel *channel, const bsn_tx_request *request, MspIdentity *who,
	      bsn_slice creator, bsn_reply *reply, bsn_err *err)
{
	g_auto(Change) change = CHANGE_INIT(channel, request, who, err);
	bsn_slice header = { NULL, 0 };
	int32_t status = change_read(&change);

	if (status == BSN_OK)
		status = check_signer(&change);
	if (status != BSN_OK)
		return status;
	status = config_signer(channel, &change.arena, creator, &header);
	if (status != BSN_OK)
		return bsn_fail(err, status, "there is no nonce");
	rounds_first(channel, &change.arena, header, change.update, reply);
	return BSN_OK;
}
