/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/rpc/criteria.h: which logs a client asks for: from some
 * addresses, with some topics at each position; nothing said is anything.
 * All functions: [strand].
 */
#ifndef FISCO_RPC_CRITERIA_H
#define FISCO_RPC_CRITERIA_H

#include "plugins/engine-fisco/receipt.h"
#include "plugins/engine-fisco/rpc/methods.h"

/* Values that one position may have. */
#define CRITERIA_VALUES_MAX 1000u

typedef struct {
	GArray *addresses;          /* CriterionValue; NULL: any */
	GArray *topics[TOPICS_MAX]; /* CriterionValue; NULL: any */
	guint n_topics;             /* that a log must have at least */
} LogCriteria;

/* Reads members `address` and `topics` of an object. FALSE after rpc_fail.
 * Out: criteria for criteria_clear, in any case. */
gboolean criteria_read(RpcCall *call, const json_t *object,
		       LogCriteria *criteria);
/* Zeroed criteria are fine. */
void criteria_clear(LogCriteria *criteria);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LogCriteria, criteria_clear)

/* Whether a block whose filter this is may have such a log. */
gboolean criteria_may_match(const LogCriteria *criteria, const guint8 *bloom);
gboolean criteria_match(const LogCriteria *criteria, const LogView *log);

#endif
