/* SPDX-License-Identifier: Apache-2.0
 *
 * What a change of the config would change, for who is to sign it.
 */
#include <string.h>

#include "plugins/engine-fabric/channel/update.h"
#include "plugins/engine-fabric/members/asked.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/members/proposals.h"
#include "plugins/engine-fabric/members/votes.h"
#include "plugins/engine-fabric/members/words.h"
#include "plugins/engine-fabric/query/json.h"
#include "plugins/kit/json.h"

/* One part, before and after. */
static json_t *
part_json(const Suite *suite, GHashTable *now, const UpdateNeed *need)
{
	const Item *item = need->item;
	const Item *was = g_hash_table_lookup(now, item->key);

	return json_pack("{s:s, s:s, s:o, s:o, s:o}", "path", item->path,
			 "kind", item_kind_name(item->kind), "before",
			 was != NULL ? item_words(suite, was) : json_null(),
			 "after", item_words(suite, item), "needs",
			 was != NULL ? json_string(was->mod_policy)
				     : json_null());
}

static int32_t
parts_json(Channel *channel, const GArray *needs, json_t **parts, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GHashTable) now = NULL;
	int32_t status =
		items_map(&arena, channel->config->message->channel_group, &now,
			  err);

	if (status != BSN_OK)
		return status;
	*parts = json_array();
	for (guint i = 0; i < needs->len; i++)
		json_array_append_new(
			*parts,
			part_json(&channel->suite, now,
				  &g_array_index(needs, UpdateNeed, i)));
	return BSN_OK;
}

/* The proposal as it waits, or would, and in place of the names of its parts
 * what they say. */
static int32_t
answer(Change *change, const GArray *needs, bsn_reply *reply)
{
	Channel *channel = change->channel;
	g_auto(Votes) votes = { .list = NULL };
	g_autoptr(GPtrArray) signers = NULL;
	g_autoptr(json_t) result = NULL;
	g_autoptr(json_t) whole = NULL;
	g_autofree char *text = NULL;
	json_t *parts = NULL;
	int32_t status =
		votes_load(channel, change->update, &votes, change->err);

	if (status == BSN_OK)
		status = parts_json(channel, needs, &parts, change->err);
	if (status != BSN_OK)
		return status;
	signers = votes_signers(&votes, change->update, NULL);
	result = proposal_json(channel, signers, change->update, needs);
	json_object_set_new(result, "changes", parts);
	json_object_set_new(result, "counts",
			    json_boolean(votes_counts(needs, change->who)));
	json_object_set_new(result, "signed",
			    json_boolean(votes_has(signers, change->who)));
	whole = json_pack("{s:O, s:i}", "result", result, "budget_used", 0);
	text = json_text(whole);
	services.reply->value(reply, bsn_slice_str(text));
	return BSN_OK;
}

int32_t
members_preview(Channel *channel, const bsn_tx_request *request,
		MspIdentity *who, bsn_reply *reply, bsn_err *err)
{
	g_auto(Change) change = CHANGE_INIT(channel, request, who, err);
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GArray) needs = g_array_new(FALSE, FALSE, sizeof(UpdateNeed));
	int32_t status = change_read(&change);

	if (status == BSN_OK)
		status = update_needs(channel->config, channel->id,
				      change.update, &arena, needs, err);
	return status == BSN_OK ? answer(&change, needs, reply) : status;
}
