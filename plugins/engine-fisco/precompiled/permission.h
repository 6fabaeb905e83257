/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/permission.h: who may write which table.
 *
 * FISCO BCOS 2.x keeps all rights as rights to write tables: user tables by
 * their name, what the chain itself keeps by the names below.
 */
#ifndef FISCO_PRECOMPILED_PERMISSION_H
#define FISCO_PRECOMPILED_PERMISSION_H

#include <glib.h>

#include "plugins/engine-fisco/overlay.h"

#define PERMISSION_TABLES "_sys_tables_"       /* deploy, create tables */
#define PERMISSION_ACCESS "_sys_table_access_" /* permissions themselves */
#define PERMISSION_NODES "_sys_consensus_"
#define PERMISSION_CNS "_sys_cns_"
#define PERMISSION_CONFIG "_sys_config_"

/* Whether an account may write a table. A table without rules is open to all.
 *
 * Returns: BSN_OK.
 * In:      who, 20 bytes: who signed the transaction.
 * Out:     allowed.
 * Errors:  as overlay_get. [strand] */
int32_t permission_allows(Overlay *state, const guint8 *who, bsn_slice table,
			  gboolean *allowed);

#endif
