/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/identify.h: who asks: by the TLS certificate, by a signed request,
 * or by an access token, which frameworks' own clients have. Main loop.
 */
#ifndef HOST_GATEWAY_IDENTIFY_H
#define HOST_GATEWAY_IDENTIFY_H

#include "host/gateway/exchange.h"

/* Whether frameworks' own clients ask that, which can do without a certificate. */
gboolean identify_is_frameworks(const Exchange *exchange);
/* Takes a token out of exchange->uri, so that no log has it. */
void identify_hide_token(Exchange *exchange);
/* Sets exchange->caller. Errors: BSN_UNAUTHENTICATED, BSN_BUSY. */
int32_t identify(Exchange *exchange, bsn_err *err);

#endif
