/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/cross/private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/host.h"

/* The host has enough on its way: asked again after so many milliseconds. */
#define AGAIN_MS 500u

/* ---- what the chain says -------------------------------------------------- */

/* Names, copied: the store must not be asked while it is walked through. */
typedef struct {
	XScan scan;
	GPtrArray *names;
} NameScan;

static int32_t
take_name(XScan *scan, bsn_slice key, const XVersion *version, bsn_slice value)
{
	NameScan *names = (NameScan *)scan;
	const gsize prefix = strlen(PARACHAIN_GENESIS);

	(void)version;
	if (!xmodel_is_deleted(value))
		g_ptr_array_add(names->names,
				g_strndup((const char *)key.data + prefix,
					  key.len - prefix));
	return BSN_OK;
}

static Layer *
final_layer(const bsn_ledger *ledger)
{
	return ledger_root(ledger->ledger)->layer;
}

static int32_t
list_chains(const bsn_ledger *ledger, GPtrArray *names, bsn_err *err)
{
	NameScan scan = { { take_name }, names };

	return xmodel_scan(final_layer(ledger),
			   bsn_slice_str(BUCKET_PARACHAIN),
			   bsn_slice_str(PARACHAIN_GENESIS),
			   bsn_slice_str("$G`"), &scan.scan, err);
}

int32_t
cross_read(const bsn_ledger *ledger, const char *prefix, const char *name,
	   GByteArray *value, bsn_err *err)
{
	g_autofree char *key = g_strconcat(prefix, name, NULL);
	XVersion version;

	return xmodel_get(final_layer(ledger), bsn_slice_str(BUCKET_PARACHAIN),
			  bsn_slice_str(key), &version, value, err);
}

static bsn_slice
slice_of(const GByteArray *bytes)
{
	return bsn_slice_of(bytes->data, bytes->len);
}

/* Whether this node is to have the chain. */
static int32_t
is_wanted(const bsn_ledger *ledger, const char *name, gboolean *wanted,
	  bsn_err *err)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	g_autoptr(json_t) group = NULL;
	int32_t status = cross_read(ledger, "", name, value, err);

	if (status != BSN_OK)
		return status;
	group = json_parse_object(slice_of(value), XMODEL_VALUE_MAX, "group",
				  &status, err);
	*wanted = group != NULL &&
		  parachain_wanted(group, ledger->node_address);
	return status;
}

/* ---- what the host is asked for -------------------------------------------- */

static int32_t
begin_chain(const bsn_ledger *ledger, const char *name, bsn_err *err)
{
	g_autoptr(GByteArray) config = g_byte_array_new();
	g_autoptr(GByteArray) members = g_byte_array_new();
	g_autoptr(Block) block = NULL;
	int32_t status =
		cross_read(ledger, PARACHAIN_GENESIS, name, config, err);

	if (status == BSN_OK)
		status = cross_read(ledger, PARACHAIN_MEMBERS, name, members,
				    err);
	if (status != BSN_OK)
		return status;
	block = parachain_genesis(ledger->config, &ledger->suite, name,
				  slice_of(config), slice_of(members), &status,
				  err);
	if (block == NULL)
		return status;
	return services.chains->begin(ledger->chain, bsn_slice_str(name),
				      block->bytes, err);
}

static void
again_later(bsn_ledger *ledger)
{
	if (!ledger->cross->armed)
		(void)services.timer->set(ledger->chain, TIMER_CROSS, AGAIN_MS);
	ledger->cross->armed = TRUE;
}

/* Asks for a chain as it is to be, unless that was done already. */
static int32_t
ask_for(bsn_ledger *ledger, const char *name, bsn_err *err)
{
	GHashTable *asked = ledger->cross->asked;
	gboolean wanted = FALSE;
	gpointer before;
	int32_t status = is_wanted(ledger, name, &wanted, err);

	if (status != BSN_OK)
		return status;
	if (g_hash_table_lookup_extended(asked, name, NULL, &before) &&
	    GPOINTER_TO_INT(before) == wanted) {
		if (wanted)
			group_tell(ledger, name);
		return BSN_OK;
	}
	g_hash_table_remove(ledger->cross->begun, name);
	status = wanted ? begin_chain(ledger, name, err)
			: services.chains->end(ledger->chain,
					       bsn_slice_str(name), err);
	if (status != BSN_BUSY)
		g_hash_table_insert(asked, g_strdup(name),
				    GINT_TO_POINTER(wanted));
	return status;
}

static void
review(bsn_ledger *ledger)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	bsn_err err = BSN_ERR_INIT;
	int32_t status = list_chains(ledger, names, &err);

	for (guint i = 0; status == BSN_OK && i < names->len; i++) {
		const char *name = names->pdata[i];

		status = ask_for(ledger, name, &err);
		if (status <= 0 || status == BSN_BUSY)
			continue;
		g_hash_table_insert(ledger->cross->begun, g_strdup(name),
				    g_strdup(err.reason));
		services_log(ledger->chain, BSN_LOG_WARNING,
			     "the parallel chain %s is not begun or ended on "
			     "this host: %s",
			     name, err.reason);
		status = BSN_OK; /* the others are no worse for it */
	}
	if (status != BSN_OK)
		again_later(ledger);
}

static gboolean
is_root(const bsn_ledger *ledger)
{
	return ledger->config->parent == NULL && services.chains != NULL;
}

void
cross_open(bsn_ledger *ledger)
{
	ledger->cross = g_new0(Cross, 1);
	ledger->cross->asked = g_hash_table_new_full(g_str_hash, g_str_equal,
						     g_free, NULL);
	ledger->cross->begun = g_hash_table_new_full(g_str_hash, g_str_equal,
						     g_free, g_free);
	ledger->cross->next = CROSS_NUMBERS;
	ledger->cross->inquiries =
		g_hash_table_new(g_int64_hash, g_int64_equal);
	ledger->cross->favours = g_hash_table_new_full(
		g_int64_hash, g_int64_equal, NULL, favour_free);
	if (is_root(ledger))
		review(ledger);
	else if (services.chains != NULL)
		group_ask(ledger);
}

void
cross_close(bsn_ledger *ledger)
{
	if (ledger->cross == NULL)
		return;
	inquiry_abandon_all(ledger);
	g_hash_table_unref(ledger->cross->inquiries);
	g_hash_table_unref(ledger->cross->favours);
	g_hash_table_unref(ledger->cross->asked);
	g_hash_table_unref(ledger->cross->begun);
	g_clear_pointer(&ledger->cross->group, g_hash_table_unref);
	g_clear_pointer(&ledger->cross->readers, g_hash_table_unref);
	g_clear_pointer(&ledger->cross, g_free);
}

static gboolean
writes_parachain(const Xldgpb__Transaction *msg)
{
	for (size_t i = 0; i < msg->n_tx_outputs_ext; i++)
		if (g_strcmp0(msg->tx_outputs_ext[i]->bucket,
			      BUCKET_PARACHAIN) == 0)
			return TRUE;
	return FALSE;
}

void
cross_final(bsn_ledger *ledger, const Block *block)
{
	for (guint i = 0; i < block->n_txs; i++)
		if (writes_parachain(block->txs[i]->msg))
			ledger->cross->changed = TRUE;
}

void
cross_durable(bsn_ledger *ledger)
{
	if (!ledger->cross->changed || !is_root(ledger))
		return;
	ledger->cross->changed = FALSE;
	review(ledger);
}

void
cross_timer(bsn_ledger *ledger)
{
	ledger->cross->armed = FALSE;
	if (is_root(ledger))
		review(ledger);
}

/* ---- bsn.engine.chains/1 --------------------------------------------------- */

static void
began(bsn_ledger *parent, bsn_slice name, int32_t status, const bsn_err *err)
{
	g_autofree char *text = g_strndup((const char *)name.data, name.len);

	g_hash_table_insert(parent->cross->begun, g_strdup(text),
			    g_strdup(status == BSN_OK ? "" : err->reason));
	if (status == BSN_OK) {
		services_log(parent->chain, BSN_LOG_INFO,
			     "the parallel chain %s is open on this host", text);
		group_tell(parent, text);
	} else {
		services_log(parent->chain, BSN_LOG_WARNING,
			     "the parallel chain %s is not open on this host: "
			     "%s",
			     text, err->reason);
	}
	if (parent->cross->armed)
		cross_timer(parent); /* there is room for another one */
}

static void
answered(bsn_ledger *ledger, uint64_t cookie, int32_t status, bsn_slice answer,
	 const bsn_err *err)
{
	if (cookie >= CROSS_NUMBERS) {
		inquiry_answered(ledger, cookie, status, answer, err);
		endorse_answered(ledger, cookie, status, answer, err);
		return;
	}
	/* What a root chain tells needs no answer; what cannot be asked for
	 * now is told by the root chain when it opens. */
	if (status == BSN_OK && !is_root(ledger))
		group_answered(ledger, answer);
}

/* ---- for people ------------------------------------------------------------ */

static json_t *
group_json(const bsn_ledger *ledger, const char *name)
{
	g_autoptr(GByteArray) value = g_byte_array_new();

	if (cross_read(ledger, "", name, value, NULL) != BSN_OK)
		return NULL;
	return json_parse_object(slice_of(value), XMODEL_VALUE_MAX, "group",
				 NULL, NULL);
}

/* open, opening, failed; stopped by its administrators, elsewhere: not of this
 * node's. */
static json_t *
chain_json(const bsn_ledger *ledger, const char *name)
{
	g_autoptr(json_t) group = group_json(ledger, name);
	const char *why = g_hash_table_lookup(ledger->cross->begun, name);
	const gboolean wanted = parachain_wanted(group, ledger->node_address);
	const char *state = parachain_stopped(group) ? "stopped"
			    : !wanted		     ? "elsewhere"
			    : why == NULL	     ? "opening"
			    : why[0] == '\0'	     ? "open"
						     : "failed";
	json_t *json = json_pack("{s:s, s:s}", "name", name, "state", state);

	if (wanted && why != NULL && why[0] != '\0')
		json_object_set_new(json, "reason", json_string(why));
	return json;
}

json_t *
cross_chains_json(const bsn_ledger *ledger)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	json_t *list;

	if (!is_root(ledger) || list_chains(ledger, names, NULL) != BSN_OK)
		return NULL;
	list = json_array();
	for (guint i = 0; i < names->len; i++)
		json_array_append_new(list,
				      chain_json(ledger, names->pdata[i]));
	return list;
}

const bsn_engine_chains xuper_engine_chains = {
	.size = sizeof(xuper_engine_chains),
	.began = began,
	.asked = cross_asked,
	.answered = answered,
};
