/* SPDX-License-Identifier: Apache-2.0
 *
 * Judging an update.
 */
#include "plugins/engine-fabric/channel/update.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/channel/update_private.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/policy/signers.h"
#include "plugins/engine-fabric/signed.h"

static void
update_clear(Update *update)
{
	g_clear_pointer(&update->before, g_hash_table_unref);
	g_clear_pointer(&update->read_set, g_hash_table_unref);
	g_clear_pointer(&update->write_set, g_hash_table_unref);
	g_clear_pointer(&update->changes, g_hash_table_unref);
	g_clear_pointer(&update->signers, g_ptr_array_unref);
	arena_clear(&update->arena);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Update, update_clear)

/* ---- reading ---- */

static int32_t
read_signers(Update *update, const Common__ConfigUpdateEnvelope *envelope)
{
	SignedData data[UPDATE_SIGNATURES_MAX];
	const gsize n = envelope->n_signatures;

	if (n > UPDATE_SIGNATURES_MAX)
		return bsn_fail(update->err, BSN_TOO_LARGE,
				"an update has at most %u signatures",
				UPDATE_SIGNATURES_MAX);
	for (gsize i = 0; i < n; i++) {
		const Common__ConfigSignature *signature =
			envelope->signatures[i];
		const bsn_slice header =
			message_slice(signature->signature_header);
		int32_t status = BSN_OK;
		const Common__SignatureHeader *who = message_unpack(
			&update->arena, &common__signature_header__descriptor,
			header, &status, update->err);

		if (who == NULL)
			return status;
		data[i] = (SignedData){
			message_slice(who->creator),
			signed_config(&update->arena, header,
				      message_slice(envelope->config_update)),
			message_slice(signature->signature),
		};
	}
	update->signers = signers_find(update->current->msps,
				       &update->current->suite, data, (guint)n);
	return BSN_OK;
}

static int32_t
read_sets(Update *update, const char *channel_id, bsn_slice bytes)
{
	int32_t status = BSN_OK;
	const Common__ConfigUpdate *message = message_unpack(
		&update->arena, &common__config_update__descriptor, bytes,
		&status, update->err);

	if (message == NULL)
		return status;
	if (strcmp(message->channel_id, channel_id) != 0)
		return bsn_fail(update->err, BSN_BAD_REQUEST,
				"the update is for another channel");
	status = items_map(&update->arena,
			   update->current->message->channel_group,
			   &update->before, update->err);
	if (status == BSN_OK)
		status = items_map(&update->arena, message->read_set,
				   &update->read_set, update->err);
	return status == BSN_OK ? items_map(&update->arena, message->write_set,
					    &update->write_set, update->err)
				: status;
}

/* ---- judging ---- */

static int32_t
check_read_set(const Update *update)
{
	GHashTableIter iter;
	gpointer key;
	gpointer data;

	g_hash_table_iter_init(&iter, update->read_set);
	while (g_hash_table_iter_next(&iter, &key, &data)) {
		const Item *item = data;
		const Item *now = g_hash_table_lookup(update->before, key);

		if (now == NULL || now->version != item->version)
			return bsn_fail(update->err, BSN_CONFLICT,
					"%s: the update builds on version "
					"%" G_GUINT64_FORMAT
					" of it, which is not the current one",
					item->path, item->version);
	}
	return BSN_OK;
}

/* What the write set has and the read set has not, or of another version. */
static void
find_changes(Update *update)
{
	GHashTableIter iter;
	gpointer key;
	gpointer data;

	update->changes = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_iter_init(&iter, update->write_set);
	while (g_hash_table_iter_next(&iter, &key, &data)) {
		const Item *read = g_hash_table_lookup(update->read_set, key);

		if (read == NULL ||
		    read->version != ((const Item *)data)->version)
			g_hash_table_insert(update->changes, key, data);
	}
}

/* A new part is 0; who may add it is a matter of the group it is in. */
static int32_t
check_new(const Update *update, const Item *item)
{
	if (item->version == 0)
		return BSN_OK;
	return bsn_fail(update->err, BSN_CONFLICT,
			"%s: it is new and so begins with version 0",
			item->path);
}

/* The policy that decides over a change; NULL: it is new. */
static int32_t
find_policy(const Update *update, const Item *item, const Policy **policy)
{
	const Item *now = g_hash_table_lookup(update->before, item->key);

	*policy = NULL;
	if (item->mod_policy == NULL || item->mod_policy[0] == '\0')
		return bsn_fail(update->err, BSN_BAD_REQUEST,
				"%s: it has no mod_policy", item->path);
	if (now == NULL)
		return check_new(update, item);
	if (item->version != now->version + 1)
		return bsn_fail(update->err, BSN_CONFLICT,
				"%s: its version is %" G_GUINT64_FORMAT
				"; a change of it has %" G_GUINT64_FORMAT,
				item->path, item->version, now->version + 1);
	*policy = policy_tree_find_in(update->current->policies, now->groups,
				      now->n_groups, now->mod_policy);
	if (*policy != NULL)
		return BSN_OK;
	return bsn_fail(update->err, BSN_DENIED,
			"%s: its mod_policy %.64s is not there, so nobody may "
			"change it",
			item->path, now->mod_policy);
}

static int32_t
check_change(const Update *update, const Item *item)
{
	const Item *now = g_hash_table_lookup(update->before, item->key);
	const Policy *policy;
	int32_t status = find_policy(update, item, &policy);

	if (status != BSN_OK || policy == NULL ||
	    policy_holds(policy, (MspIdentity *const *)update->signers->pdata,
			 update->signers->len))
		return status;
	return bsn_fail(update->err, BSN_DENIED,
			"%s: the signatures (%u valid ones) do not fulfil its "
			"mod_policy %.64s",
			item->path, update->signers->len, now->mod_policy);
}

static int32_t
check_changes(const Update *update)
{
	GHashTableIter iter;
	gpointer data;

	if (g_hash_table_size(update->changes) == 0)
		return bsn_fail(update->err, BSN_BAD_REQUEST,
				"the update changes nothing");
	g_hash_table_iter_init(&iter, update->changes);
	while (g_hash_table_iter_next(&iter, NULL, &data)) {
		int32_t status = check_change(update, data);

		if (status != BSN_OK)
			return status;
	}
	return BSN_OK;
}

/* ---- all of it ---- */

int32_t
update_apply(ChannelConfig *current, const char *channel_id, bsn_slice envelope,
	     GByteArray *out, bsn_err *err)
{
	g_auto(Update) update = { .current = current, .err = err };
	int32_t status = BSN_OK;
	const Common__ConfigUpdateEnvelope *message = message_unpack(
		&update.arena, &common__config_update_envelope__descriptor,
		envelope, &status, err);

	if (message == NULL)
		return status;
	status = read_sets(&update, channel_id,
			   message_slice(message->config_update));
	if (status == BSN_OK)
		status = read_signers(&update, message);
	if (status == BSN_OK)
		status = check_read_set(&update);
	if (status != BSN_OK)
		return status;
	find_changes(&update);
	status = check_changes(&update);
	return status == BSN_OK ? update_merge(&update, out) : status;
}

/* ---- what it needs ---- */

static gint
compare_keys(gconstpointer a, gconstpointer b)
{
	return strcmp(((const UpdateNeed *)a)->item->key,
		      ((const UpdateNeed *)b)->item->key);
}

static int32_t
list_needs(const Update *update, GArray *needs)
{
	GHashTableIter iter;
	gpointer data;
	int32_t status = BSN_OK;

	g_hash_table_iter_init(&iter, update->changes);
	while (status == BSN_OK && g_hash_table_iter_next(&iter, NULL, &data)) {
		UpdateNeed need = { .item = data };

		status = find_policy(update, need.item, &need.policy);
		g_array_append_val(needs, need);
	}
	g_array_sort(needs, compare_keys);
	if (status == BSN_OK && needs->len == 0)
		return bsn_fail(update->err, BSN_BAD_REQUEST,
				"the update changes nothing");
	return status;
}

int32_t
update_needs(ChannelConfig *current, const char *channel_id,
	     bsn_slice config_update, Arena *arena, GArray *needs, bsn_err *err)
{
	g_auto(Update) update = { .current = current, .err = err };
	int32_t status = read_sets(&update, channel_id, config_update);

	if (status == BSN_OK)
		status = check_read_set(&update);
	if (status == BSN_OK) {
		find_changes(&update);
		status = list_needs(&update, needs);
	}
	/* What the needs point to is the caller's. */
	*arena = update.arena;
	update.arena = (Arena)ARENA_INIT;
	return status;
}

int32_t
update_keeps(const ChannelConfig *before, const ChannelConfig *after,
	     bsn_err *err)
{
	if (before->suite.sm != after->suite.sm)
		return bsn_fail(err, BSN_CONFLICT,
				"/Channel/HashingAlgorithm: it cannot change");
	if (strcmp(before->orderer_type, after->orderer_type) != 0)
		return bsn_fail(err, BSN_CONFLICT,
				"/Channel/Orderer/ConsensusType: its type "
				"cannot change");
	for (guint i = 0; i < before->organisations->len; i++) {
		const ChannelOrganisation *was =
			before->organisations->pdata[i];

		for (guint j = 0; j < after->organisations->len; j++) {
			const ChannelOrganisation *is =
				after->organisations->pdata[j];

			if (strcmp(was->name, is->name) == 0 &&
			    strcmp(was->msp_id, is->msp_id) != 0)
				return bsn_fail(err, BSN_CONFLICT,
						"%s: an organisation's MSP "
						"keeps its id",
						was->name);
		}
	}
	return BSN_OK;
}
