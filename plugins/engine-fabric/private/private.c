/* SPDX-License-Identifier: Apache-2.0 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/private/privacy.h"
#include "plugins/engine-fabric/query/json.h"

/* Values that are counted for status, and no more. */
#define COUNT_MAX 10000u

/* ---- who may have what ---- */

const Collection *
privacy_collection(Channel *channel, const char *namespace, const char *name,
		   Definition **definition)
{
	*definition = NULL;
	if (chaincode_name_is_system(bsn_slice_str(namespace)) ||
	    lifecycle_find(channel, namespace, definition, NULL) != BSN_OK)
		return NULL;
	return lifecycle_collection(channel, *definition, bsn_slice_str(name));
}

gboolean
privacy_is_member(Channel *channel, const char *namespace,
		  const char *collection, MspIdentity *who)
{
	g_autoptr(Definition) definition = NULL;
	const Collection *found;

	if (who == NULL)
		return FALSE;
	found = privacy_collection(channel, namespace, collection, &definition);
	return found != NULL && collection_has_member(found, who);
}

static gboolean
is_written(const TransactionCollection *collection)
{
	return collection->set->n_hashed_writes > 0 ||
	       collection->set->n_metadata_writes > 0;
}

const char *
private_stranger_to(Channel *channel, const Transaction *results,
		    gboolean reads, MspIdentity *who)
{
	for (guint i = 0; i < results->n_namespaces; i++) {
		const TransactionNamespace *one = &results->namespaces[i];

		if (chaincode_name_is_system(bsn_slice_str(one->name)))
			continue;
		for (guint j = 0; j < one->n_collections; j++) {
			const TransactionCollection *collection =
				&one->collections[j];

			if ((reads || is_written(collection)) &&
			    !privacy_is_member(channel, one->name,
					       collection->name, who))
				return collection->name;
		}
	}
	return NULL;
}

/* ---- time ---- */

void
privacy_wake_at(Privacy *privacy, guint64 at_ms)
{
	const guint64 now = services_mono_ms(privacy->channel->chain);

	if (privacy->timer_ms != 0 && privacy->timer_ms <= at_ms)
		return;
	if (services.timer->set(privacy->channel->chain, TIMER_PRIVATE,
				at_ms > now ? at_ms - now : 0) == BSN_OK)
		privacy->timer_ms = MAX(at_ms, 1);
}

void
private_timer(Channel *channel)
{
	Privacy *privacy = channel->privacy;
	guint64 now;

	if (privacy == NULL)
		return;
	now = services_mono_ms(channel->chain);
	privacy->timer_ms = 0;
	sweep_timer(privacy, now);
	reconcile_timer(privacy, now);
}

/* ---- the channel ---- */

int32_t
private_open(Channel *channel, bsn_err *err)
{
	Privacy *privacy = g_new0(Privacy, 1);
	int32_t status;

	privacy->channel = channel;
	channel->privacy = privacy;
	reconcile_open(privacy);
	status = transient_open(privacy, err);
	if (status == BSN_OK)
		status = sweep_members(privacy, err);
	if (status == BSN_OK)
		reconcile_begin(privacy);
	return status;
}

void
private_close(Channel *channel)
{
	Privacy *privacy = channel->privacy;

	if (privacy == NULL)
		return;
	spreads_close(privacy);
	answers_close(privacy);
	reconcile_close(privacy);
	sweep_close(privacy);
	transient_close(privacy);
	if (privacy->timer_ms != 0)
		services.timer->cancel(channel->chain, TIMER_PRIVATE);
	g_free(privacy);
	channel->privacy = NULL;
}

void
private_members_changed(Channel *channel)
{
	bsn_err err = BSN_ERR_INIT;

	if (channel->privacy == NULL || channel->closing)
		return;
	if (sweep_members(channel->privacy, &err) != BSN_OK)
		services_log(channel->chain, BSN_LOG_ERROR,
			     "private: which collections this node may have "
			     "cannot be found out: %s",
			     err.reason);
	reconcile_peers(channel->privacy);
}

void
private_peer_changed(Channel *channel)
{
	if (channel->privacy != NULL)
		reconcile_peers(channel->privacy);
}

void
private_durable(Channel *channel, guint64 cookie)
{
	Privacy *privacy = channel->privacy;

	if (privacy == NULL)
		return;
	privacy->durable = MAX(privacy->durable, cookie - PRIVATE_COOKIE);
	answers_durable(privacy);
	spreads_durable(privacy);
}

/* ---- for people ---- */

static guint
count_missing(const Privacy *privacy)
{
	g_autoptr(GByteArray) cursor = g_byte_array_new();
	gboolean ended = FALSE;
	guint n = 0;

	while (!ended && n < COUNT_MAX) {
		g_autoptr(GArray) page = missing_list_new();

		if (missing_page(privacy, cursor, PRIVATE_TAKE_MAX, page,
				 &ended, NULL) != BSN_OK)
			break;
		n += page->len;
	}
	return n;
}

json_t *
private_json(Channel *channel)
{
	const Privacy *privacy = channel->privacy;
	json_t *json = json_object();

	if (privacy == NULL)
		return json;
	json_object_set_new(json, "missing",
			    integer_json(count_missing(privacy)));
	json_object_set_new(
		json, "waiting",
		integer_json(g_hash_table_size(privacy->waiting)));
	return json;
}
