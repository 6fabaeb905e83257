/* SPDX-License-Identifier: Apache-2.0
 *
 * The fake host's store.
 */
#include "tests/unit/fake-private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

/* That run now on this thread: a scan must not call the store. */
static _Thread_local guint scans;

/* ---- for the chain ------------------------------------------------------- */

void
fake_chain_make_durable(bsn_chain *chain, guint n)
{
	for (; n > 0 && sim_store_pending(chain->store) > 0; n--) {
		guint64 cookie = sim_store_sync(chain->store);

		if (cookie != 0 && chain->engine != NULL &&
		    chain->state == FAKE_OPEN)
			chain->engine->chain->durable(chain->ledger, cookie);
	}
}

guint
fake_chain_pending_batches(const bsn_chain *chain)
{
	return sim_store_pending(chain->store);
}

guint
fake_chain_keys(const bsn_chain *chain)
{
	return sim_store_keys(chain->store);
}

GBytes *
fake_chain_get(const bsn_chain *chain, bsn_slice key)
{
	GBytes *value = sim_store_get(chain->store, key);

	return value != NULL ? g_bytes_ref(value) : NULL;
}

void
fake_chain_put(bsn_chain *chain, bsn_slice key, bsn_slice value)
{
	g_autoptr(GBytes) name = g_bytes_new(key.data, key.len);
	g_autoptr(GBytes) bytes = g_bytes_new(value.data, value.len);

	sim_store_put(chain->store, name, bytes);
}

void
fake_chain_delete(bsn_chain *chain, bsn_slice key)
{
	g_autoptr(GBytes) name = g_bytes_new(key.data, key.len);

	sim_store_put(chain->store, name, NULL);
}

/* ---- the service --------------------------------------------------------- */

/* Reads are let through after a crash: the engine cleans up. */
static gboolean
may_read(const bsn_chain *chain, const char *service)
{
	if (!fake_allowed(chain, service, TRUE) &&
	    (!fake_is_chain(chain) || chain->state != FAKE_CRASHED))
		return FALSE;
	if (scans == 0)
		return TRUE;
	fake_broke("%s was called from inside a scan", service);
	return FALSE;
}

static int32_t
get(bsn_chain *chain, bsn_slice key, bsn_sink *value, bsn_err *err)
{
	GBytes *found;
	const void *data;
	gsize len;

	if (!may_read(chain, "bsn_store.get"))
		return bsn_fail(err, BSN_E_INVALID, "misuse of the store");
	found = sim_store_get(chain->store, key);
	if (found == NULL)
		return BSN_NOT_FOUND;
	data = g_bytes_get_data(found, &len);
	return value->write(value, data, len);
}

static int32_t
scan(bsn_chain *chain, bsn_slice from, bsn_slice to, uint32_t flags,
     bsn_scan_sink *sink, bsn_err *err)
{
	int32_t status;

	if (!may_read(chain, "bsn_store.scan"))
		return bsn_fail(err, BSN_E_INVALID, "misuse of the store");
	if ((flags & ~BSN_SCAN_DESCENDING) != 0)
		fake_broke("a scan has unknown flags: %u", flags);
	scans++;
	status = sim_store_scan(chain->store, from, to,
				(flags & BSN_SCAN_DESCENDING) != 0, sink);
	scans--;
	return status;
}

static int32_t
commit(bsn_chain *chain, const bsn_write *writes, uint64_t n, uint64_t cookie,
       bsn_err *err)
{
	guint64 wrong = sim_store_check(writes, n);

	if (!fake_allowed(chain, "bsn_store.commit", TRUE) || scans > 0)
		return bsn_fail(err, BSN_E_INVALID, "misuse of the store");
	if (wrong < n) {
		fake_broke("write %" G_GUINT64_FORMAT
			   " of a batch breaks the limits",
			   wrong);
		return bsn_fail(err, BSN_E_INVALID, "misuse of the store");
	}
	if (chain->writable != BSN_OK)
		return bsn_fail(err, chain->writable,
				"the test says that the store refuses");
	sim_store_commit(chain->store, writes, n, cookie);
	return BSN_OK;
}

static int32_t
writable(bsn_chain *chain, bsn_err *err)
{
	if (!fake_allowed(chain, "bsn_store.writable", FALSE))
		return bsn_fail(err, BSN_E_INVALID, "misuse of the store");
	if (chain->writable == BSN_OK)
		return BSN_OK;
	return bsn_fail(err, chain->writable,
			"the test says that the store refuses");
}

const bsn_store fake_store = {
	.size = sizeof(bsn_store),
	.get = get,
	.scan = scan,
	.commit = commit,
	.writable = writable,
};
