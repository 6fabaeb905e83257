/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/snapshot/section.h: the entries of a section, as one node
 * gives them to another: key, value, key, value, .., each an RLP string of bytes,
 * by ascending key.
 */
#ifndef FISCO_SNAPSHOT_SECTION_H
#define FISCO_SNAPSHOT_SECTION_H

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/snapshot/entries.h"
#include "plugins/engine-fisco/snapshot/manifest.h"

/* Appends a section's entries as they were at the manifest's checkpoint, one of
 * the last two that the head has reached.
 *
 * Returns: BSN_OK. Errors: as walk_next. [strand] */
int32_t section_put(const Ledger *ledger, const Manifest *manifest,
		    guint index, GByteArray *out);

/* Reads what is said to be a section, and judges it.
 *
 * Returns: BSN_OK, with the entries appended and their LtHash.
 * Errors:  BSN_BAD_REQUEST: it is something else; as bsn_hash.digest.
 * [strand] */
int32_t section_read(const Ledger *ledger, const Manifest *manifest,
		     guint index, bsn_slice bytes, Entries *entries,
		     LtHash *vector, bsn_err *err);

#endif
