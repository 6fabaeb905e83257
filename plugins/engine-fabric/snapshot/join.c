/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <string.h>

#include "plugins/engine-fabric/chain.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/query/json.h"
#include "plugins/engine-fabric/snapshot/join_private.h"
#include "plugins/engine-fabric/snapshot/keys.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

guint64
join_now(const Join *join)
{
	return services_mono_ms(join->snapshots->channel->chain);
}

/* ---- the record ---------------------------------------------------------- */

void
join_put(const Join *join, LedgerBatch *batch)
{
	const StoreKey key = snapshot_key(KEY_JOIN);
	const bsn_slice wanted = join->wanted != NULL
					 ? bytes_slice(join->wanted)
					 : bsn_slice_of(NULL, 0);
	g_autoptr(GByteArray) record = g_byte_array_new();

	wire_put(record, join->phase, 1);
	wire_put(record, join->next, 4);
	wire_put(record, wanted.len, 1);
	wire_put_bytes(record, wanted);
	if (join->phase != JOIN_LOOKING)
		wire_put_bytes(record, bsn_slice_of(join->hash, HASH_LEN));
	ledger_batch_put_copy(batch, store_key_slice(&key),
			      buffer_slice(record));
}

int32_t
join_commit(const Join *join, const LedgerBatch *batch, guint64 cookie,
	    bsn_err *err)
{
	return ledger_batch_commit(
		batch, &join->snapshots->channel->ledger->state.store, cookie,
		err);
}

static gboolean
read_record(Join *join, bsn_slice bytes)
{
	Wire wire = wire_of(bytes);
	bsn_slice wanted;

	join->phase = wire_u8(&wire);
	join->next = wire_u32(&wire);
	wanted = wire_bytes(&wire, wire_u8(&wire));
	if (wanted.len > 0)
		join->wanted = g_bytes_new(wanted.data, (gsize)wanted.len);
	if (join->phase == JOIN_LOOKING)
		return wire_end(&wire);
	if (wire.bad || wire.rest.len != HASH_LEN)
		return FALSE;
	memcpy(join->hash, wire.rest.data, HASH_LEN);
	return join->phase == JOIN_FETCHING || join->phase == JOIN_CLEARING ||
	       join->phase == JOIN_INSTALLING || join->phase == JOIN_RESETTING;
}

/* ---- beginning and end --------------------------------------------------- */

static Join *
join_new(ChannelSnapshots *snapshots)
{
	Join *join = g_new0(Join, 1);

	join->snapshots = snapshots;
	join->phase = JOIN_LOOKING;
	join->peers = g_ptr_array_new_with_free_func(join_peer_free);
	join->asks = g_ptr_array_new_with_free_func(g_free);
	join->refused = g_hash_table_new_full(
		g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref,
		NULL);
	return join;
}

static void
forget_chosen(Join *join)
{
	g_clear_pointer(&join->manifest_bytes, g_bytes_unref);
	manifest_clear(&join->manifest);
	g_clear_pointer(&join->parts, g_free);
	join->there = join->lowest = 0;
	join->asked_manifest = join->believed = FALSE;
}

void
join_free(Join *join)
{
	if (join == NULL)
		return;
	asks_cancel(join);
	forget_chosen(join);
	maker_free(join->maker);
	g_clear_pointer(&join->wanted, g_bytes_unref);
	g_clear_pointer(&join->genesis, g_bytes_unref);
	g_ptr_array_unref(join->asks);
	g_ptr_array_unref(join->peers);
	g_hash_table_unref(join->refused);
	g_free(join->problem);
	g_free(join);
}

static int32_t
load(ChannelSnapshots *snapshots, Join *join, bsn_slice record, bsn_err *err)
{
	if (!read_record(join, record))
		return bsn_fail(err, BSN_E_CORRUPT,
				"the record of a snapshot that the node begins "
				"with cannot be read back");
	if (join->phase == JOIN_LOOKING)
		return BSN_OK;
	join->believed = TRUE;
	return fetch_load(join, err);
}

int32_t
join_load(ChannelSnapshots *snapshots, bsn_err *err)
{
	const StoreKey key = snapshot_key(KEY_JOIN);
	g_autoptr(GByteArray) record = g_byte_array_new();
	int32_t status =
		ledger_store_get(&snapshots->channel->ledger->state.store,
				 store_key_slice(&key), record, err);

	if (status != BSN_OK)
		return status == BSN_NOT_FOUND ? BSN_OK : status;
	snapshots->join = join_new(snapshots);
	snapshots->channel->beginning = TRUE;
	return load(snapshots, snapshots->join, buffer_slice(record), err);
}

static int32_t
may_begin(const ChannelSnapshots *snapshots, bsn_err *err)
{
	const Channel *channel = snapshots->channel;
	const bsn_member *self =
		members_find(channel, bytes_slice(channel->public_key));

	if (snapshots->join != NULL)
		return bsn_fail(err, BSN_CONFLICT,
				"this node is beginning with a snapshot "
				"already");
	if (channel->net == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE,
				"this host has no transport to other nodes");
	if (self != NULL && self->role == BSN_ROLE_CONSENSUS)
		return bsn_fail(err, BSN_CONFLICT,
				"this node takes part in agreeing on blocks, "
				"and goes on with those that it has");
	return BSN_OK;
}

int32_t
join_begin(ChannelSnapshots *snapshots, bsn_slice hash, bsn_err *err)
{
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	int32_t status = may_begin(snapshots, err);
	Join *join;

	if (status != BSN_OK)
		return status;
	join = join_new(snapshots);
	if (hash.len > 0)
		join->wanted = g_bytes_new(hash.data, (gsize)hash.len);
	ledger_batch_init(&batch);
	join_put(join, &batch);
	status = join_commit(join, &batch, SNAPSHOT_COOKIE_JOIN, err);
	if (status != BSN_OK) {
		join_free(join);
		return status;
	}
	snapshots->join = join;
	snapshots->channel->beginning = TRUE;
	snapshots_wake(snapshots, 0);
	return BSN_OK;
}

/* The node goes on with what it has. */
static int32_t
stop(ChannelSnapshots *snapshots, bsn_err *err)
{
	const StoreKey record = snapshot_key(KEY_JOIN);
	const StoreKey manifest = snapshot_key(KEY_JOIN_MANIFEST);
	Join *join = snapshots->join;
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	int32_t status = BSN_OK;

	ledger_batch_init(&batch);
	ledger_batch_delete(&batch, store_key_slice(&record));
	ledger_batch_delete(&batch, store_key_slice(&manifest));
	if (join->there > 0 && kept_find(snapshots, join->block) == NULL)
		status = kept_drop(snapshots, join->block, NULL, err);
	if (status == BSN_OK)
		status = join_commit(join, &batch, 0, err);
	if (status != BSN_OK)
		return status;
	join_free(join);
	snapshots->join = NULL;
	snapshots->channel->beginning = FALSE;
	net_goes_on(snapshots->channel);
	return BSN_OK;
}

int32_t
join_cancel(ChannelSnapshots *snapshots, bsn_err *err)
{
	if (snapshots->join == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"this node is not beginning with a snapshot");
	if (snapshots->join->phase > JOIN_FETCHING)
		return bsn_fail(err, BSN_CONFLICT,
				"the snapshot is being put into the state");
	return stop(snapshots, err);
}

/* ---- what goes wrong ----------------------------------------------------- */

void
join_complain(Join *join, const char *format, ...)
{
	g_autofree char *before = g_steal_pointer(&join->problem);
	va_list args;

	va_start(args, format);
	join->problem = g_strdup_vprintf(format, args);
	va_end(args);
	if (g_strcmp0(before, join->problem) != 0)
		services_log(join->snapshots->channel->chain, BSN_LOG_WARNING,
			     "beginning with a snapshot: %s", join->problem);
}

void
join_look_again(Join *join, gboolean refuse)
{
	if (refuse)
		g_hash_table_add(join->refused,
				 g_bytes_new(join->hash, HASH_LEN));
	asks_cancel(join);
	forget_chosen(join);
	join->phase = JOIN_LOOKING;
	snapshots_wake(join->snapshots, 0);
}

/* ---- going on ------------------------------------------------------------ */

static guint64
look_step(Join *join)
{
	offers_ask(join);
	/* Parts of one that was deleted still go: those of the next one may have
	 * the same names. */
	if (join->snapshots->deleted->len > 0)
		return SWEEP_MS;
	if (offers_choose(join)) {
		join->phase = JOIN_FETCHING;
		return 0;
	}
	if (!offers_are_behind(join))
		return LOOK_MS;
	services_log(join->snapshots->channel->chain, BSN_LOG_WARNING,
		     "the snapshots that others have are of blocks that are "
		     "here: the node goes on with what it has");
	return stop(join->snapshots, NULL) == BSN_OK ? G_MAXUINT64
						     : REFUSED_MS;
}

static guint64
fetching_step(Join *join)
{
	bsn_err err = BSN_ERR_INIT;

	offers_ask(join);
	fetch_step(join);
	if (join->phase != JOIN_FETCHING)
		return 0;
	if (!fetch_is_over(join))
		return LOOK_MS;
	if (install_begin(join, &err) == BSN_OK)
		return 0;
	join_complain(join, "%s", err.reason);
	return REFUSED_MS;
}

guint64
join_step(Join *join)
{
	if (join->phase == JOIN_LOOKING)
		return look_step(join);
	if (join->phase == JOIN_FETCHING)
		return fetching_step(join);
	return install_step(join);
}

/* All is on disk: the channel is opened once more, as after a crash. When that
 * goes well, there is no Join any more. */
void
join_durable(Join *join)
{
	Channel *channel = join->snapshots->channel;
	g_autoptr(GBytes) genesis = g_steal_pointer(&join->genesis);
	bsn_err err = BSN_ERR_INIT;

	if (channel_begin_again(channel, genesis, &err) == BSN_OK)
		return;
	join->genesis = g_steal_pointer(&genesis);
	join->ended = TRUE;
	join_complain(join, "all is there, but the channel cannot be opened: "
			    "%s", err.reason);
	snapshots_wake(join->snapshots, REFUSED_MS);
}

/* ---- for people ---------------------------------------------------------- */

static const char *
phase_word(const Join *join)
{
	if (join->phase == JOIN_LOOKING)
		return "looking";
	return join->phase == JOIN_FETCHING ? "fetching" : "installing";
}

json_t *
join_json(const Join *join)
{
	const gboolean chosen = join->phase != JOIN_LOOKING &&
				join->manifest.parts != NULL;
	json_t *object = json_pack("{s:s}", "state", phase_word(join));

	if (chosen) {
		json_object_set_new(object, "height",
				    integer_json(join->block));
		json_object_set_new(
			object, "hash",
			hex_json(bsn_slice_of(join->hash, HASH_LEN)));
		json_object_set_new(object, "parts",
				    integer_json(join->manifest.parts->len));
		json_object_set_new(object, "done",
				    integer_json(join->phase == JOIN_FETCHING
							 ? join->there
							 : join->next));
	}
	json_object_set_new(object, "problem",
			    join->problem != NULL ? json_string(join->problem)
						  : json_null());
	return object;
}

int32_t
join_refuse(const Join *join, bsn_err *err)
{
	if (join->manifest.parts == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE,
				"this node is about to begin with a snapshot: "
				"%s",
				join->problem != NULL ? join->problem
						      : "it looks for one");
	return bsn_fail(err, BSN_UNAVAILABLE,
			"this node is about to begin with the snapshot after "
			"block %" G_GUINT64_FORMAT ": %u of %u parts are there",
			join->block, join->there, join->manifest.parts->len);
}
