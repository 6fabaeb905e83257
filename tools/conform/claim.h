/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/claim.h: what an engine says of a row that it offers.
 */
#ifndef TOOLS_CONFORM_CLAIM_H
#define TOOLS_CONFORM_CLAIM_H

#include "tools/conform/bed.h"

/* The config of a chain on which the row holds: "config" in the claim's detail,
 * a JSON object text; NULL: the workload's will do. g_free it. */
char *claim_config(Run *run, const char *row);
/* A bed with that config; its contract is deployed when `deployed`. */
Bed *claim_bed(Run *run, const char *row, gboolean deployed);

#endif
