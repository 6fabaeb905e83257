/* SPDX-License-Identifier: Apache-2.0
 *
 * Which organisations' hosts this host speaks to on one chain: said by an admin
 * of this host, with a join ticket or by itself.
 */
#include <bsn/helpers/error.h>

#include "host/gateway/body.h"
#include "host/gateway/introduce.h"
#include "host/gateway/json.h"
#include "host/gateway/routes.h"

int32_t
introduce_check(const Gateway *gateway, bsn_err *err)
{
	if (gateway->deps.peers != NULL)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"this host speaks to no other host: [peers] listen "
			"and connect are empty");
}

int32_t
introduce(const Gateway *gateway, const char *chain, const char *pem,
	  const char *const *addresses, bsn_err *err)
{
	g_autoptr(GError) error = NULL;
	const int32_t status = introduce_check(gateway, err);

	if (status != BSN_OK)
		return status;
	if (peers_introduce(gateway->deps.peers, chain, pem, addresses, &error))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST, "CAs: %s", error->message);
}

void
chains_trust(Exchange *exchange)
{
	Chain *chain = exchange_chain(exchange);
	TrustBody body;
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (chain == NULL)
		return;
	status = trust_body_decode(exchange->body, exchange->body_len, &body,
				   &err);
	if (status == BSN_OK)
		status = introduce(exchange->gateway, chain_name(chain),
				   body.ca, NULL, &err);
	if (status != BSN_OK)
		exchange_fail(exchange, status, &err, NULL);
	else
		exchange_answer(exchange, 200,
				json_pack("{s:s}", "chain", chain_name(chain)));
	trust_body_clear(&body);
}
