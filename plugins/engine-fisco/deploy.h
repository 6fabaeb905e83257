/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/deploy.h: a request to deploy, as a transaction's data
 * and extraData.
 */
#ifndef FISCO_DEPLOY_H
#define FISCO_DEPLOY_H

#include "plugins/engine-fisco/request.h"

/* Encodes constructor arguments and what the registry records; tells early
 * when `sender` may not deploy that name and version, or the chain's policy
 * refuses the code.
 *
 * Returns: BSN_OK.
 * Out:     data: code and arguments, appended; extra: g_free it.
 * Errors:  BSN_BAD_REQUEST, BSN_DENIED, BSN_CONFLICT. [strand] */
int32_t deploy_encode(const Ledger *ledger, Overlay *state,
		      const bsn_tx_request *request, const Options *options,
		      const guint8 *sender, GByteArray *data, char **extra,
		      bsn_err *err);

#endif
