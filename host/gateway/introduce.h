/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/introduce.h: CAs whose hosts may be met on one chain
 * (host/peer/introduction.h). Main loop.
 */
#ifndef HOST_GATEWAY_INTRODUCE_H
#define HOST_GATEWAY_INTRODUCE_H

#include "host/gateway/exchange.h"

/* Whether this host speaks to others at all. */
int32_t introduce_check(const Gateway *gateway, bsn_err *err);
/* PEM certificates, and addresses (NULL-ended, or NULL). */
int32_t introduce(const Gateway *gateway, const char *chain, const char *pem,
		  const char *const *addresses, bsn_err *err);

#endif
