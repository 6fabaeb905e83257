/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/rights.h: what the contracts of names,
 * permissions, life cycle and governance have in common.
 */
#ifndef FISCO_PRECOMPILED_RIGHTS_H
#define FISCO_PRECOMPILED_RIGHTS_H

#include <jansson.h>

#include "plugins/engine-fisco/access/actor.h"
#include "plugins/engine-fisco/access/lists.h"
#include "plugins/engine-fisco/precompiled/call.h"

/* Prices: a list may have a thousand entries, and what it was before is kept
 * until the transaction ends. */
#define GAS_LIST_READS 5000u
#define GAS_LIST_WRITES 100000u

/* Who changes something. Returns: BSN_OK; BSN_REVERTED in a read-only call. */
int32_t rights_begin(PrecompiledCall *call, Actor *actor);

/* Puts a JSON value as text, and gives the reference away. Returns: BSN_OK. */
int32_t rights_put_json(PrecompiledCall *call, json_t *json);
/* The entries of a list, [{"address", "enable_num", "table_name"}], the last
 * one only when `table` is not NULL. Returns: a new reference. */
json_t *rights_entries(const GArray *entries, const char *table);
/* The same of a list, put as text. */
int32_t rights_put_list(PrecompiledCall *call, const AccessKey *key,
			const char *table);

/* An address as text, with 0x or without. */
gboolean rights_address(const Arg *arg, guint8 *address);
json_t *rights_hex(const guint8 *address);

#endif
