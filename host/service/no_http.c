/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/no_http.h"

static void
answer_nobody(bsn_reply *reply, uint32_t status, bsn_slice json)
{
}

const bsn_http service_no_http = {
	.size = sizeof(service_no_http),
	.answer = answer_nobody,
};
