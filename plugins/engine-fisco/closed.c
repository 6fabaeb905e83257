/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/closed.h"

#include "plugins/engine-fisco/error.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"

typedef struct {
	guint8 address[ADDRESS_LEN];
	ContractState state;
	gboolean sm3;
} Asked;

void
closed_clear(Closed *closed)
{
	closed->known = FALSE;
	g_clear_pointer(&closed->asked, g_tree_unref);
}

/* ---- what is closed ---------------------------------------------------- */

static gint
compare(gconstpointer a, gconstpointer b, gpointer data)
{
	return memcmp(a, b, ADDRESS_LEN);
}

static int32_t
load_count(Closed *closed, Overlay *state)
{
	int32_t status = contract_closed_count(state, &closed->count);

	closed->known = status == BSN_OK;
	return status;
}

/* What is not in the registry is closed to nobody. */
static int32_t
load(Closed *closed, Overlay *state, const guint8 *address,
     const Asked **found)
{
	Contract contract = { .state = CONTRACT_ACTIVE };
	int32_t status = contract_load(state, address, &contract);
	Asked *asked;

	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	asked = g_new(Asked, 1);
	memcpy(asked->address, address, ADDRESS_LEN);
	asked->state = contract.state;
	asked->sm3 = contract.sm3;
	g_tree_insert(closed->asked, asked->address, asked);
	*found = asked;
	return BSN_OK;
}

/* A tree, since contracts choose the addresses: no choice makes it slow. */
static int32_t
find(Closed *closed, Overlay *state, const guint8 *address,
     const Asked **found)
{
	if (closed->asked == NULL)
		closed->asked = g_tree_new_full(compare, NULL, NULL, g_free);
	*found = g_tree_lookup(closed->asked, address);
	return *found != NULL ? BSN_OK : load(closed, state, address, found);
}

/* ---- refusing ---------------------------------------------------------- */

static int32_t
refuse(Closed *closed, const Asked *asked, const char *problem,
       bsn_sink *output, bsn_outcome *outcome)
{
	g_autofree char *address =
		hex_encode(bsn_slice_of(asked->address, ADDRESS_LEN));
	int32_t status;

	g_snprintf(closed->reason, sizeof(closed->reason),
		   "the contract %s %s", address, problem);
	status = error_write(asked->sm3, closed->reason, output);
	if (status != BSN_OK)
		return BSN_E_INTERNAL;
	outcome->status = BSN_REVERTED;
	outcome->budget_used = 0;
	outcome->reason = bsn_slice_str(closed->reason);
	return BSN_OK;
}

int32_t
closed_refuse(Closed *closed, Overlay *state, const guint8 *address,
	      bsn_sink *output, bsn_outcome *outcome)
{
	const Asked *asked;
	int32_t status = closed->known ? BSN_OK : load_count(closed, state);

	if (status != BSN_OK)
		return MIN(status, BSN_E_INVALID);
	if (closed->count == 0)
		return BSN_NOT_OFFERED;
	status = find(closed, state, address, &asked);
	if (status != BSN_OK)
		return MIN(status, BSN_E_INVALID);
	if (asked->state == CONTRACT_ACTIVE)
		return BSN_NOT_OFFERED;
	return refuse(closed, asked,
		      asked->state == CONTRACT_FROZEN ? "is frozen"
						      : "is uninstalled",
		      output, outcome);
}

int32_t
closed_deny(Closed *closed, Overlay *state, const guint8 *address,
	    bsn_sink *output, bsn_outcome *outcome)
{
	const Asked *asked;
	int32_t status = find(closed, state, address, &asked);

	if (status != BSN_OK)
		return MIN(status, BSN_E_INVALID);
	return refuse(closed, asked, "does not let the signer call it",
		      output, outcome);
}
