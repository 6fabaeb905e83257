/* SPDX-License-Identifier: Apache-2.0
 *
 * Indexes come with the packages that this node runs, and are made and dropped
 * between blocks.
 */
#include "plugins/engine-fabric/ledger/ledger.h"
#include "plugins/engine-fabric/ledger/private.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"
#include "plugins/engine-fabric/rich/indexes.h"
#include "plugins/engine-fabric/rich/rich.h"

/* Milliseconds until the next step, and after the store has refused one. */
#define STEP_MS 2u
#define RETRY_MS 250u

static void
go_on(const Channel *channel, guint64 delay_ms)
{
	(void)services.timer->set(channel->chain, TIMER_INDEXES, delay_ms);
}

/* ---- what a package brings ---- */

typedef struct {
	const Channel *channel;
	const Definition *definition;
	GPtrArray *list; /* Index */
} Wanted;

/* One that cannot be read is of no use to results, and none is needed for them.
 */
static void
want(const char *collection, const char *file, const char *text, gpointer data)
{
	Wanted *wanted = data;
	const char mark[] = { PRIVATE_MARK, '\0' };
	g_autofree char *marked =
		*collection != '\0' ? g_strconcat(mark, collection, NULL)
				    : g_strdup("");
	bsn_err err = BSN_ERR_INIT;
	Index *index = index_define(wanted->definition->name, marked,
				    bsn_slice_str(text), &err);

	if (index == NULL)
		services_log(wanted->channel->chain, BSN_LOG_WARNING,
			     "chaincode %s: the index %.100s is not kept: %s",
			     wanted->definition->name, file, err.reason);
	else if (wanted->list->len == INDEXES_MAX)
		index_unref(index);
	else
		g_ptr_array_add(wanted->list, index);
}

void
indexes_prepare(Channel *channel, const Definition *definition)
{
	g_autoptr(GPtrArray) list =
		g_ptr_array_new_with_free_func((GDestroyNotify)index_unref);
	Wanted wanted = { channel, definition, list };
	bsn_err err = BSN_ERR_INIT;
	int32_t status = BSN_OK;

	/* Before it is open: indexes_open asks for all. */
	if (channel->indexes == NULL)
		return;
	if (definition->condition != CHAINCODE_UNINSTALLED)
		status = package_indexes(channel, definition->package_id, want,
					 &wanted, &err);
	if (status == BSN_OK)
		status = indexes_set(channel->indexes, definition->name, list,
				     &err);
	if (status != BSN_OK) {
		services_log(channel->chain, BSN_LOG_INFO,
			     "indexes of chaincode %s have to wait: %s",
			     definition->name, err.reason);
		channel->indexes->unprepared = TRUE;
	}
	go_on(channel, status == BSN_OK ? STEP_MS : RETRY_MS);
}

/* ---- in the background ---- */

void
indexes_timer(Channel *channel)
{
	gboolean more = FALSE;
	int32_t status;

	if (channel->indexes->unprepared) {
		channel->indexes->unprepared = FALSE;
		lifecycle_prepare_indexes(channel);
		return;
	}
	status = indexes_step(channel->indexes, &more, NULL);
	if (status != BSN_OK)
		go_on(channel, RETRY_MS);
	else if (more)
		go_on(channel, STEP_MS);
}

int32_t
indexes_open(Channel *channel, bsn_err *err)
{
	const int32_t status =
		indexes_new(channel->ledger, &channel->indexes, err);

	if (status != BSN_OK)
		return status;
	lifecycle_prepare_indexes(channel);
	go_on(channel, STEP_MS);
	return BSN_OK;
}

void
indexes_close(Channel *channel)
{
	if (channel->indexes == NULL)
		return;
	services.timer->cancel(channel->chain, TIMER_INDEXES);
	g_clear_pointer(&channel->indexes, indexes_free);
}
