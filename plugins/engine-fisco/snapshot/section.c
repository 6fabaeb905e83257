/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/snapshot/section.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/snapshot/deltas.h"
#include "plugins/engine-fisco/snapshot/walk.h"

/* ---- giving -------------------------------------------------------------- */

static void
put_entries(const Entries *entries, GByteArray *out)
{
	for (guint i = 0; i < entries_n(entries); i++) {
		const Entry entry = entries_at(entries, i);
		const RlpItem key = rlp_bytes(entry.key);
		const RlpItem value = rlp_bytes(entry.value);

		rlp_put(out, &key);
		rlp_put(out, &value);
	}
}

int32_t
section_put(const Ledger *ledger, const Manifest *manifest, guint index,
	    GByteArray *out)
{
	g_auto(Entries) entries = { NULL, NULL };
	g_auto(Walk) walk = { .at = NULL };
	int32_t status = BSN_OK;

	entries_init(&entries);
	walk_init(&walk, manifest->checkpoint, manifest_start(manifest, index),
		  manifest_end(manifest, index));
	while (status == BSN_OK && !walk.ended) {
		entries_empty(&entries);
		status = walk_next(ledger, &walk, &entries);
		put_entries(&entries, out);
	}
	return status;
}

/* ---- judging ------------------------------------------------------------- */

/* The world state, and nonces of blocks. */
static gboolean
is_of_the_state(bsn_slice key)
{
	return (key.len > 1 && key.data[0] == STATE_BYTE) ||
	       (key.len == 1 + sizeof(guint64) && key.data[0] == KEY_NONCES);
}

static gboolean
is_next(const Entries *entries, bsn_slice start, bsn_slice end, bsn_slice key)
{
	const guint n = entries_n(entries);

	if (n > 0 && slice_compare(entries_at(entries, n - 1).key, key) >= 0)
		return FALSE;
	return slice_compare(start, key) <= 0 &&
	       (end.len == 0 || slice_compare(key, end) < 0);
}

static const char *
read_entries(const Manifest *manifest, guint index, bsn_slice bytes,
	     Entries *entries)
{
	RlpReader reader = rlp_reader(bytes);
	guint64 total = 0;

	while (rlp_more(&reader)) {
		const bsn_slice key = rlp_read_bytes(&reader, "key", 1,
						     BSN_STORE_KEY_MAX);
		const bsn_slice value = rlp_read_bytes(&reader, "value", 0,
						       BSN_STORE_VALUE_MAX);

		if (reader.problem != NULL)
			break;
		if (!is_of_the_state(key) ||
		    !is_next(entries, manifest_start(manifest, index),
			     manifest_end(manifest, index), key))
			return "it has a key that is out of place";
		total += key.len + value.len;
		entries_add(entries, key, value, TRUE);
	}
	if (rlp_finish(&reader, NULL) != BSN_OK)
		return "it is not well-formed";
	return total == manifest_at(manifest, index)->bytes
		       ? NULL
		       : "it has another length than was agreed on";
}

int32_t
section_read(const Ledger *ledger, const Manifest *manifest, guint index,
	     bsn_slice bytes, Entries *entries, LtHash *vector, bsn_err *err)
{
	const char *wrong = read_entries(manifest, index, bytes, entries);
	guint8 digest[HASH_LEN];
	int32_t status;

	if (wrong != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "%s", wrong);
	status = deltas_sum(ledger, entries, vector);
	if (status == BSN_OK)
		status = lthash_digest(&ledger->suite, vector, digest);
	if (status != BSN_OK)
		return bsn_fail(err, MIN(status, BSN_E_INTERNAL),
				"it cannot be digested");
	if (memcmp(digest, manifest_at(manifest, index)->digest, HASH_LEN) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"it has another digest than was agreed on");
	return BSN_OK;
}
