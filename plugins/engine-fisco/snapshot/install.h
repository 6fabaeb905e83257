/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/snapshot/install.h: another node's state gets into the
 * store. First headers and certificates, which change nothing for a chain that
 * goes on meanwhile; then section by section, each replacing all that was in its
 * range in one batch; from the first of them on the world state is of no block,
 * so that nothing may be executed or asked (Ledger.installing). The record of
 * KEY_JOIN tells, after a crash at any instant, what is there:
 *
 *   [1, number of the first header that is missing,
 *    checkpoint or 0: no section is there yet, a bit for each section]
 *
 * All functions: [strand]. Errors: as bsn_store.commit, scan; BSN_E_CORRUPT.
 */
#ifndef FISCO_SNAPSHOT_INSTALL_H
#define FISCO_SNAPSHOT_INSTALL_H

#include "plugins/engine-fisco/batch.h"
#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/snapshot/entries.h"
#include "plugins/engine-fisco/snapshot/manifest.h"

typedef struct {
	guint64 headers;    /* the first one that is missing; 0: all */
	guint64 checkpoint; /* whose sections are installed; 0: none yet */
	GByteArray *done;   /* a bit for each, lowest first */
} Install;

void install_init(Install *install);
/* A zeroed one is fine. */
void install_clear(Install *install);
/* Sets Ledger.installing and earliest; the head has been loaded. Returns:
 * BSN_OK. */
int32_t install_open(Ledger *ledger, bsn_err *err);
/* Reads the record into one that is new. Returns: BSN_OK or BSN_NOT_FOUND. */
int32_t install_load(const Ledger *ledger, Install *install);
/* Adds the record to a batch. */
void install_put(const Install *install, Batch *batch);

gboolean install_has(const Install *install, guint section);
guint install_count(const Install *install);

/* A certified header that is the next one; adds it to a batch, its members as
 * well. In: hash of it. */
void install_header(guint64 number, bsn_slice header, const guint8 *hash,
		    bsn_slice certificate, Batch *batch);

/* Turns to a manifest, which is certified: what another one's sections have in
 * common with it stays. In: bytes: it, as encoded; before: NULL, or the manifest
 * whose sections are there so far. */
int32_t install_begin(Ledger *ledger, Install *install,
		      const Manifest *manifest, bsn_slice bytes,
		      const Manifest *before);
/* A section that was judged; puts its mark. */
int32_t install_section(Ledger *ledger, Install *install,
			const Manifest *manifest, guint index,
			const Entries *entries, const LtHash *vector);
/* All sections are there: once the batch is on disk, under the cookie
 * `checkpoint`, *head is the chain's head. */
int32_t install_finish(Ledger *ledger, const Manifest *manifest, Head *head);
/* Forgets it, before the first section. */
int32_t install_abandon(Ledger *ledger);

#endif
