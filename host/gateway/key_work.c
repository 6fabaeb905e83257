/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/key_work.h"

#include "identity/key_certificate.h"

void
key_work_free(KeyWork *work)
{
	exchange_unref(work->exchange);
	g_free(work->name);
	g_free(work->algorithm);
	key_change_body_clear(&work->change);
	node_key_body_clear(&work->node);
	g_clear_pointer(&work->certificate, g_bytes_unref);
	if (work->key != NULL)
		hosted_key_free(work->key);
	if (work->keys != NULL)
		g_ptr_array_unref(work->keys);
	g_free(work);
}

static void
finish_on_loop(StrandCall *call)
{
	KeyWork *work = (KeyWork *)call;

	if (work->status != BSN_OK && work->failed != NULL)
		work->failed(work);
	if (work->status != BSN_OK)
		exchange_fail(work->exchange, work->status, &work->err, NULL);
	else
		work->then(work);
	key_work_free(work);
}

static void
run_on_worker(StrandCall *call)
{
	KeyWork *work = (KeyWork *)call;

	work->work(work);
	work->call.run = finish_on_loop;
	loop_post(work->loop, &work->call);
}

KeyWork *
key_work_new(Exchange *exchange, void (*on_worker)(KeyWork *),
	     void (*then)(KeyWork *))
{
	KeyWork *work = g_new0(KeyWork, 1);

	work->call.run = run_on_worker;
	work->exchange = exchange_ref(exchange);
	work->loop = exchange->gateway->deps.loop;
	work->keystore = exchange->gateway->deps.keystore;
	work->work = on_worker;
	work->then = then;
	work->err.size = sizeof(work->err);
	return work;
}

void
key_work_start(KeyWork *work)
{
	Strand *keys = work->exchange->gateway->keys;

	if (keys != NULL)
		strand_post(keys, &work->call);
	else /* the host has stopped, and nobody waits */
		key_work_free(work);
}

json_t *
json_certificate(GBytes *der)
{
	g_autofree char *pem =
		der != NULL ? key_certificate_write(der) : NULL;

	return pem != NULL ? json_text(pem) : json_null();
}
