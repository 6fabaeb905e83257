/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/access/lists.h: lists of accounts in the world state
 * that say who may do what, as FISCO BCOS 2.x's _sys_table_access_ does.
 *
 *   "sg" 't' table               a table's list; the system's tables too
 *   "sg" 'c' address             who may call a contract
 *   "sg" 'c' address selector    who may call one function of it
 *   "sg" 'm' address             who manages a contract's life cycle
 *   "sg" 'n'                     how many lists of kind 'c' there are, 8 bytes
 *                                big-endian
 *
 * A list without entries does not exist, and what has no list is open to
 * everyone. An entry holds from the next transaction on; which block it was
 * entered in is kept as FISCO's enable_num.
 *
 * All functions: [strand]. Errors besides those named: as bsn_store.get.
 */
#ifndef FISCO_ACCESS_LISTS_H
#define FISCO_ACCESS_LISTS_H

#include <glib.h>

#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/suite.h"

#define ACCESS_ENTRIES_MAX 1000u
/* FISCO's own bound of a table's name, its prefix included. */
#define ACCESS_TABLE_MAX 64u
#define SELECTOR_LEN 4u

/* The system's tables and what their lists control. */
#define TABLE_ACCESS "_sys_table_access_" /* lists: the committee is this one */
#define TABLE_DEPLOY "_sys_tables_" /* deploying, creating tables: operators */
#define TABLE_CNS "_sys_cns_"
#define TABLE_CONFIG "_sys_config_"
#define TABLE_CONSENSUS "_sys_consensus_"

typedef struct {
	guint8 address[ADDRESS_LEN];
	guint64 enable; /* number of the block that entered it */
} AccessEntry;

/* Names a list. */
typedef struct {
	guint8 bytes[3 + ACCESS_TABLE_MAX];
	guint len;
} AccessKey;

/* `table` has at most ACCESS_TABLE_MAX bytes. */
AccessKey access_table(const char *table);
AccessKey access_contract(const guint8 *address);
AccessKey access_function(const guint8 *address, const guint8 *selector);
AccessKey access_managers(const guint8 *address);

/* Returns: BSN_OK, also when there is none.
 * Out:     entries: AccessEntry in order of their entry, maybe none; unref. */
int32_t access_load(Overlay *state, const AccessKey *key, GArray **entries);
/* Whether a list lets an account pass: it has no entry, or this one.
 *
 * Returns: BSN_OK. */
int32_t access_allows(Overlay *state, const AccessKey *key,
		      const guint8 *address, gboolean *allowed);
/* NULL when the list has no such entry. */
const AccessEntry *access_find(const GArray *entries, const guint8 *address);
/* How many lists of contracts and functions there are. */
int32_t access_call_lists(Overlay *state, guint64 *count);

typedef enum {
	ACCESS_CHANGED,
	ACCESS_SAME, /* it is there already, or is not there */
	ACCESS_FULL,
} AccessChange;

/* Enters an account in block `enable`.
 *
 * Returns: BSN_OK. */
int32_t access_add(Overlay *state, const AccessKey *key,
		   const guint8 *address, guint64 enable,
		   AccessChange *change);
int32_t access_remove(Overlay *state, const AccessKey *key,
		      const guint8 *address, AccessChange *change);

#endif
