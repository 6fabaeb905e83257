/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/ledger.h"

#include "plugins/engine-fisco/interfaces.h"
#include "plugins/engine-fisco/net/net.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/rpc/blocks.h"
#include "plugins/engine-fisco/services.h"

Overlay *
ledger_state(const Ledger *ledger)
{
	Overlay *state = overlay_new(ledger->chain);

	if (ledger->head.rows)
		overlay_set_rows(state);
	return state;
}

typedef struct {
	bsn_scan_sink sink;
	Nonces *nonces;
} NonceScan;

static int32_t
add_nonces(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	NonceScan *scan = (NonceScan *)sink;
	guint64 number;

	if (key.len != 1 + sizeof(number) || value.len % NONCE_LEN != 0)
		return BSN_E_CORRUPT;
	memcpy(&number, key.data + 1, sizeof(number));
	nonces_add(scan->nonces, GUINT64_FROM_BE(number), value);
	return BSN_OK;
}

static int32_t
scan_nonces(Ledger *ledger, Nonces *nonces)
{
	NonceScan scan = { { add_nonces }, nonces };
	guint64 range = ledger_config(ledger)->block_limit_range;
	guint64 next = ledger->head.number + 1;
	guint8 from[RECORD_KEY_MAX];
	guint8 to[RECORD_KEY_MAX];
	guint from_len = record_key_number(
		KEY_NONCES, next > range ? next - range : 0, from);
	guint to_len = record_key_number(KEY_NONCES, next, to);

	return services.store->scan(ledger->chain,
				    bsn_slice_of(from, from_len),
				    bsn_slice_of(to, to_len), 0, &scan.sink,
				    NULL);
}

int32_t
ledger_nonces(Ledger *ledger, Nonces **nonces)
{
	if (ledger->nonces == NULL) {
		Nonces *window =
			nonces_new(ledger_config(ledger)->block_limit_range);
		int32_t status = scan_nonces(ledger, window);

		if (status != BSN_OK) {
			nonces_free(window);
			return MIN(status, BSN_E_CORRUPT);
		}
		ledger->nonces = window;
	}
	*nonces = ledger->nonces;
	return BSN_OK;
}

int32_t
ledger_usable(const Ledger *ledger, bsn_err *err)
{
	if (!ledger->installing)
		return BSN_OK;
	return bsn_fail(err, BSN_UNAVAILABLE,
			"this node is fetching the chain's state from other "
			"nodes; its status tells how far it is");
}

void
ledger_active(Ledger *ledger)
{
	if (ledger->idle_armed)
		return;
	ledger->idle_armed = services.timer->set(ledger->chain, TIMER_IDLE,
						 IDLE_MS) == BSN_OK;
	ledger->idle_height = ledger->head.number;
}

void
ledger_idle(Ledger *ledger)
{
	ledger->idle_armed = FALSE;
	if (ledger->head.number != ledger->idle_height ||
	    ledger->pool.n > 0) {
		ledger_active(ledger);
		return;
	}
	g_clear_pointer(&ledger->nonces, nonces_free);
	g_clear_pointer(&ledger->interfaces, interface_cache_free);
	indexed_forget(ledger);
	net_idle(ledger);
}
