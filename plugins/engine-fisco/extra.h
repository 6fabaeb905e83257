/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/extra.h: what this engine reads in a transaction's
 * extraData: JSON, since people read it, and part of what is signed.
 *
 *   a deployment: {"name","version","abi","selector","grey"}, each optional;
 *     nothing at all deploys a contract that has an address only
 *   one to lifecycle_address without data: {"op","contract"} with op "freeze",
 *     "unfreeze" or "uninstall"
 *
 * In other transactions extraData is the application's own. All functions:
 * [any].
 */
#ifndef FISCO_EXTRA_H
#define FISCO_EXTRA_H

#include <bsn/base.h>
#include <glib.h>

#include "plugins/engine-fisco/grey.h"
#include "plugins/engine-fisco/suite.h"
#include "plugins/engine-fisco/tx.h"

#define EXTRA_DATA_MAX (256u << 10)
/* FISCO BCOS 2.x's own bounds of the names of its CNS. */
#define CONTRACT_NAME_MAX 128u
#define CONTRACT_VERSION_MAX 128u

/* The contract of FISCO BCOS 2.x for the life cycle of contracts, 0x1007. */
extern const guint8 lifecycle_address[ADDRESS_LEN];

typedef struct {
	char *name;    /* "" for none */
	char *version; /* "" for none: the engine numbers it */
	char *abi;     /* JSON array text; NULL for none */
	Grey *grey;    /* a further version is a candidate first; or NULL */
	gboolean sm3;  /* selectors are made with SM3, else Keccak-256 */
} DeployExtra;

/* Whether a name or version has letters, digits and _ - . only. */
gboolean contract_is_label(const char *text);

/* Reads a deployment's extraData.
 *
 * Returns: BSN_OK and an extra for deploy_extra_clear.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE. */
int32_t deploy_extra_parse(bsn_slice text, DeployExtra *extra, bsn_err *err);
void deploy_extra_clear(DeployExtra *extra);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DeployExtra, deploy_extra_clear)
/* Writes one, checked as deploy_extra_parse would; g_free it. */
char *deploy_extra_text(const DeployExtra *extra);

typedef enum {
	LIFECYCLE_FREEZE,
	LIFECYCLE_UNFREEZE,
	LIFECYCLE_UNINSTALL,
} LifecycleOp;

typedef struct {
	LifecycleOp op;
	char *contract; /* name, name@version or address */
} LifecycleExtra;

int32_t lifecycle_extra_parse(bsn_slice text, LifecycleExtra *extra,
			      bsn_err *err);
void lifecycle_extra_clear(LifecycleExtra *extra);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LifecycleExtra, lifecycle_extra_clear)
char *lifecycle_extra_text(const LifecycleExtra *extra);

/* Whether a transaction is one of those. */
gboolean tx_is_deploy(const Tx *tx);
gboolean tx_is_lifecycle(const Tx *tx);

/* Checks the extraData of such a transaction.
 *
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST, BSN_TOO_LARGE (native 10005). */
int32_t tx_check_extra(const Tx *tx, bsn_err *err);

#endif
