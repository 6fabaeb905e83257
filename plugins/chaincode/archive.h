/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/chaincode/archive.h: gzipped tars from outside, read within bounds,
 * and such as chaincode packages are made of, written so that the same files
 * always give the same bytes. All functions: [any].
 */
#ifndef CHAINCODE_ARCHIVE_H
#define CHAINCODE_ARCHIVE_H

#include "plugins/chaincode/package.h"

/* Bytes of a name. */
#define ARCHIVE_NAME_MAX 1024u

/* How many bytes one byte of an archive may become, and what any archive may:
 * gzip reaches 1,032, programs and their libraries stay below 20. */
#define ARCHIVE_RATIO_MAX 100u
#define ARCHIVE_SMALL (16u << 20)

typedef int32_t (*ArchiveVisit)(const ChaincodeFile *file, gpointer data);

/* Calls `visit` for each regular file, in the archive's order; directories are
 * passed over. A status of visit other than BSN_OK ends it.
 *
 * In:     what: its name in reasons; max: bytes that it may become, file_max.
 * Errors: BSN_BAD_REQUEST: no gzipped tar, broken, a link or a device in it, a
 *         name that is no clean relative path or there twice; BSN_TOO_LARGE;
 *         those of visit. */
int32_t archive_read_files(bsn_slice bytes, const char *what, guint64 max,
			   guint64 file_max, ArchiveVisit visit, gpointer data,
			   bsn_err *err);

/* Appends a gzipped tar of n files, in their order, to `out`: without times,
 * users and what else a file is not.
 *
 * Errors: BSN_E_INTERNAL. */
int32_t archive_write_files(const ChaincodeFile *files, gsize n,
			    GByteArray *out, bsn_err *err);

#endif
