/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys that this host's nodes have on chains, one for each algorithm and
 * made at first need, and their certificates.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/gateway/key_work.h"
#include "host/gateway/routes.h"
#include "identity/certificate.h"

static void
find_public_key(KeyWork *work)
{
	bsn_fixed_sink sink = bsn_fixed_sink_of(work->node_key,
						sizeof(work->node_key));

	work->status = keystore_node_public_key(
		work->keystore, work->algorithm, &sink.sink, &work->err);
	work->node_key_len = sink.len;
}

/* Having none is no failure. */
static void
find_certificate(KeyWork *work)
{
	guint8 der[IDENTITY_CERT_MAX];
	bsn_fixed_sink sink = bsn_fixed_sink_of(der, sizeof(der));
	int32_t status = keystore_node_certificate(
		work->keystore, work->algorithm, &sink.sink, &work->err);

	if (status == BSN_OK)
		work->certificate = g_bytes_new(der, sink.len);
	else if (status != BSN_NOT_FOUND)
		work->status = status;
}

static void
find_node_key(KeyWork *work)
{
	find_public_key(work);
	if (work->status == BSN_OK)
		find_certificate(work);
}

static void
certify_node_key(KeyWork *work)
{
	work->status = keystore_node_certify(work->keystore, work->algorithm,
					     work->node.der, &work->err);
	if (work->status == BSN_OK)
		find_node_key(work);
}

static void
answer_node_key(KeyWork *work)
{
	json_t *body = json_object();

	json_object_set_new(body, "algorithm", json_text(work->algorithm));
	json_object_set_new(body, "public_key",
			    json_hex(work->node_key, work->node_key_len));
	json_object_set_new(body, "certificate",
			    json_certificate(work->certificate));
	exchange_answer(work->exchange, 200, body);
}

void
node_key(Exchange *exchange)
{
	KeyWork *work = key_work_new(exchange, find_node_key, answer_node_key);

	work->algorithm = g_strdup(exchange_arg(exchange, "algorithm"));
	key_work_start(work);
}

void
node_key_certify(Exchange *exchange)
{
	KeyWork *work =
		key_work_new(exchange, certify_node_key, answer_node_key);
	bsn_err err = BSN_ERR_INIT;
	int32_t status = node_key_body_decode(
		exchange->body, exchange->body_len, &work->node, &err);

	work->algorithm = g_strdup(exchange_arg(exchange, "algorithm"));
	exchange->subject = g_strdup_printf("node-%s", work->algorithm);
	if (status == BSN_OK) {
		key_work_start(work);
		return;
	}
	exchange_fail(exchange, status, &err, NULL);
	key_work_free(work);
}
