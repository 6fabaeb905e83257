/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/net/join.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/snapshot/jump.h"
#include "plugins/engine-fisco/snapshot/snapshot.h"
#include "plugins/kit/sink.h"

/* Ms until a store that refused is tried again, and until one that nobody has a
 * snapshot for asks for one again. */
#define REFUSED_MS 200u
#define NOBODY_MS 60000u
/* Refusals of each peer after which nobody has one. */
#define REFUSALS_EACH 3u

static Join *
join_of(const Ledger *ledger)
{
	return ledger->net->sync->join;
}

/* ---- whether --------------------------------------------------------------- */

/* Whether a peer has the next block whole. */
static gboolean
somebody_has_next(const Ledger *ledger)
{
	const guint64 next = ledger->head.number + 1;
	gboolean nobody = TRUE;
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(ledger, i)) != NULL; i++) {
		if (!peer->reachable || peer->height < next)
			continue;
		if (peer->earliest <= next)
			return TRUE;
		nobody = FALSE;
	}
	return nobody;
}

/* Whether a chain that high has a checkpoint after the head. */
static gboolean
has_later(const Ledger *ledger, guint64 height)
{
	const guint64 interval = ledger_config(ledger)->snapshot_interval;
	const guint64 lag = snapshot_lag(interval);
	const guint64 reached = height > lag ? height - lag : 0;

	return reached - reached % interval > ledger->head.number;
}

static gboolean
is_wanted(const Ledger *ledger)
{
	const guint64 interval = ledger_config(ledger)->snapshot_interval;
	const guint64 target = sync_target(ledger);

	if (interval == 0 || ledger->installing)
		return ledger->installing;
	if (!has_later(ledger, target) ||
	    services_mono_ms(ledger->chain) < ledger->net->sync->join_from_ms)
		return FALSE;
	return target - ledger->head.number > JOIN_INTERVALS * interval ||
	       !somebody_has_next(ledger);
}

/* ---- beginning and end ----------------------------------------------------- */

static void
part_free(gpointer data)
{
	JoinPart *part = data;

	g_byte_array_unref(part->bytes);
	g_free(part);
}

void
join_free(Join *join)
{
	if (join == NULL)
		return;
	install_clear(&join->install);
	member_list_clear(&join->members);
	manifest_clear(&join->manifest);
	g_ptr_array_unref(join->parts);
	g_free(join);
}

/* What there is of a snapshot that was being installed. */
static int32_t
load_parts(Ledger *ledger, Join *join)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	int32_t status = install_load(ledger, &join->install);

	if (status == BSN_NOT_FOUND || join->install.checkpoint == 0)
		return MIN(status, BSN_OK);
	if (status == BSN_OK)
		status = snapshot_manifest_load(
			ledger, join->install.checkpoint, bytes);
	if (status != BSN_OK ||
	    !manifest_read(buffer_slice(bytes), &join->manifest))
		return MIN(status, BSN_E_CORRUPT);
	join->checkpoint = join->install.checkpoint;
	return suite_digest1(&ledger->suite, buffer_slice(bytes),
			     join->digest);
}

static gboolean
start(Ledger *ledger)
{
	Join *join = g_new0(Join, 1);
	int32_t status;

	install_init(&join->install);
	join->parts = g_ptr_array_new_with_free_func(part_free);
	status = load_parts(ledger, join);
	if (status == BSN_OK)
		status = join_headers_open(ledger, join);
	if (status != BSN_OK) {
		services_log(ledger->chain, BSN_LOG_ERROR,
			     "snapshot: what there is of it cannot be read");
		join_free(join);
		return FALSE;
	}
	sync_forget(ledger);
	ledger->net->sync->join = join;
	join->target = join->manifest.sections != NULL ? join->install.headers - 1
						       : sync_target(ledger);
	services_log(ledger->chain, BSN_LOG_INFO,
		     "snapshot: at block %" G_GUINT64_FORMAT ", others have "
		     "%" G_GUINT64_FORMAT ": a late state is taken over",
		     ledger->head.number, sync_target(ledger));
	return TRUE;
}

static void
stop(Ledger *ledger)
{
	sync_forget(ledger);
	g_clear_pointer(&ledger->net->sync->join, join_free);
}

/* Blocks are the way, then. */
static void
give_up(Ledger *ledger)
{
	services_log(ledger->chain, BSN_LOG_WARNING,
		     "snapshot: nobody gives one; blocks are executed instead");
	ledger->net->sync->join_from_ms =
		services_mono_ms(ledger->chain) + NOBODY_MS;
	(void)install_abandon(ledger);
	stop(ledger);
}

static void
finish(Ledger *ledger, Join *join)
{
	const int32_t status =
		install_finish(ledger, &join->manifest, &join->head);

	join->ending = status == BSN_OK;
	if (status != BSN_OK)
		join_pause(ledger);
}

void
join_durable(Ledger *ledger, guint64 cookie)
{
	const Join *join = join_of(ledger);
	bsn_err err = BSN_ERR_INIT;
	Head head;

	if (join == NULL || !join->ending || cookie != join->checkpoint)
		return;
	head = join->head;
	stop(ledger);
	services_log(ledger->chain, BSN_LOG_INFO,
		     "snapshot: the state of block %" G_GUINT64_FORMAT
		     " is there",
		     head.number);
	if (jump_to(ledger, &head, &err) != BSN_OK)
		services_log(ledger->chain, BSN_LOG_ERROR,
			     "snapshot: it cannot be used before the chain is "
			     "opened again: %s",
			     err.reason);
	sync_run(ledger);
}

/* ---- in between -------------------------------------------------------------- */

void
join_pause(Ledger *ledger)
{
	ledger->net->sync->pause_until_ms =
		services_mono_ms(ledger->chain) + REFUSED_MS;
}

void
join_let_go(Join *join, const NetPeer *peer)
{
	if (join == NULL)
		return;
	for (guint i = join->parts->len; i > 0; i--) {
		const JoinPart *part = join->parts->pdata[i - 1];

		if (peer == NULL || part->giver == peer)
			g_ptr_array_remove_index(join->parts, i - 1);
	}
}

void
join_refresh(Ledger *ledger, Join *join)
{
	const guint n = ledger->net->peers->len;

	join->refusals++;
	join->target = MAX(join->target, sync_target(ledger));
	if (!ledger->installing && join->refusals > REFUSALS_EACH * n)
		give_up(ledger);
}

/* Turns to the last checkpoint that is certified. FALSE: there is none. */
static gboolean
choose(Ledger *ledger, Join *join)
{
	guint64 checkpoint = 0;
	guint8 digest[HASH_LEN];

	if (join_certified(ledger, join, &checkpoint, digest) != BSN_OK ||
	    checkpoint <= ledger->head.number)
		return FALSE;
	if (checkpoint == join->checkpoint)
		return TRUE;
	join_let_go(join, NULL);
	join->checkpoint = checkpoint;
	memcpy(join->digest, digest, HASH_LEN);
	return TRUE;
}

static void
go_on(Ledger *ledger, Join *join)
{
	if (!join_headers_ask(ledger, join))
		return;
	if (!choose(ledger, join)) {
		if (!ledger->installing)
			give_up(ledger);
		return;
	}
	if (join->install.checkpoint == join->checkpoint &&
	    install_count(&join->install) == manifest_n(&join->manifest))
		finish(ledger, join);
	else
		join_parts_ask(ledger, join);
}

gboolean
join_run(Ledger *ledger)
{
	const Sync *sync = ledger->net->sync;

	if (sync->join == NULL &&
	    (!is_wanted(ledger) || ledger->committed.length > 0 ||
	     !start(ledger)))
		return ledger->installing; /* no block is executed upon parts */
	if (!sync->join->ending &&
	    services_mono_ms(ledger->chain) >= sync->pause_until_ms)
		go_on(ledger, sync->join);
	return TRUE;
}

/* ---- for people ---------------------------------------------------------------- */

void
join_json(const Ledger *ledger, json_t *json)
{
	const Join *join = join_of(ledger);
	const gboolean parts = join != NULL && join->manifest.sections != NULL;

	json_object_set_new(json, "phase",
			    json_string(join == NULL ? "blocks"
					: parts	     ? "snapshot"
						     : "headers"));
	if (join == NULL)
		return;
	json_object_set_new(
		json, "headers",
		json_integer((json_int_t)join->install.headers - 1));
	if (!parts)
		return;
	json_object_set_new(json, "checkpoint",
			    json_integer((json_int_t)join->checkpoint));
	json_object_set_new(
		json, "parts",
		json_integer((json_int_t)manifest_n(&join->manifest)));
	json_object_set_new(
		json, "partsDone",
		json_integer((json_int_t)install_count(&join->install)));
}
