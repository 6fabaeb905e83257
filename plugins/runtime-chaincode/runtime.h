/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-chaincode/runtime.h: what the host lends, once for the
 * plugin.
 */
#ifndef RUNTIME_CHAINCODE_RUNTIME_H
#define RUNTIME_CHAINCODE_RUNTIME_H

#include <bsn/ext/chaincode.h>
#include <bsn/ext/io.h>
#include <glib.h>

#define RUNTIME_NAME "chaincode"

typedef struct {
	const bsn_log *log; /* may be NULL */
	const bsn_io *io;   /* NULL: this host gives none; set on the main loop
			     * before the first chain opens */
	bsn_io_account *account;
	/* Where fabric-shim and fabric-contract-api are, for packages that do
	 * not bring them. [main] */
	const char *node_path;
	gint ended; /* atomic: I/O is over */
} Runtime;

extern Runtime runtime_host;

/* bsn_io_user */
extern const bsn_io_user runtime_io_user;
/* bsn.chaincode/1 */
extern const bsn_chaincode_runtime runtime_chaincode;
/* bsn_runtime.check */
int32_t runtime_check(bsn_slice package, bsn_sink *findings, bsn_err *err);

/* One line of the host's log. [any] */
void runtime_log(guint32 level, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
