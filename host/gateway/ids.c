/* SPDX-License-Identifier: Apache-2.0
 *
 * Identities: the caller's own, and the keys that this host keeps for its
 * users. The keystore writes to disk, so its work is done on a worker.
 */
#include <bsn/helpers/error.h>

#include "host/gateway/body.h"
#include "host/gateway/json.h"
#include "host/gateway/routes.h"

void
ids_me(Exchange *exchange)
{
	const Caller *caller = exchange->caller;
	const Identity *me = caller->identity;
	json_t *body = json_object();

	json_object_set_new(body, "name", json_text(me->name));
	json_object_set_new(body, "organisation", json_text(me->organisation));
	json_object_set_new(body, "role", json_text(role_name(me->role)));
	json_object_set_new(body, "algorithm", json_text(me->algorithm));
	json_object_set_new(body, "public_key",
			    json_hex(me->public_key, sizeof(me->public_key)));
	json_object_set_new(body, "fingerprint", json_text(me->fingerprint));
	json_object_set_new(body, "not_after_ms",
			    json_u64((guint64)me->not_after_s * 1000));
	json_object_set_new(body, "by", json_text(caller->by));
	exchange_answer(exchange, 200, body);
}

/* ---- work off the main loop ---- */

typedef struct KeyWork KeyWork;
struct KeyWork {
	StrandCall call;
	Exchange *exchange; /* main loop */
	Loop *loop;
	Keystore *keystore;
	void (*work)(KeyWork *work); /* on a worker */
	void (*then)(
		KeyWork *work); /* on the main loop, when status is BSN_OK */
	char *name, *algorithm;
	int32_t status;
	bsn_err err;
	HostedKey *key;
	GPtrArray *keys;
};

static void
key_work_free(KeyWork *work)
{
	exchange_unref(work->exchange);
	g_free(work->name);
	g_free(work->algorithm);
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

	if (work->status != BSN_OK)
		exchange_fail(work->exchange, work->status, &work->err, NULL);
	else if (exchange_waits(work->exchange))
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

static KeyWork *
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

static void
key_work_start(KeyWork *work)
{
	strand_post(work->exchange->gateway->keys, &work->call);
}

/* ---- hosted keys ---- */

static json_t *
key_json(const HostedKey *key)
{
	json_t *object = json_object();

	json_object_set_new(object, "name", json_text(key->name));
	json_object_set_new(object, "algorithm", json_text(key->algorithm));
	json_object_set_new(object, "public_key",
			    json_hex(key->public_key, key->public_key_len));
	json_object_set_new(object, "created_ms", json_u64(key->created_ms));
	return object;
}

static void
list_keys(KeyWork *work)
{
	work->keys = keystore_list(work->keystore);
}

static void
answer_list(KeyWork *work)
{
	json_t *ids = json_array();
	json_t *body = json_object();

	for (guint i = 0; i < work->keys->len; i++)
		json_array_append_new(ids, key_json(work->keys->pdata[i]));
	json_object_set_new(body, "ids", ids);
	exchange_answer(work->exchange, 200, body);
}

void
ids_list(Exchange *exchange)
{
	key_work_start(key_work_new(exchange, list_keys, answer_list));
}

static void
create_key(KeyWork *work)
{
	work->status = keystore_create(work->keystore, work->name,
				       work->algorithm, &work->key, &work->err);
}

static void
answer_created(KeyWork *work)
{
	exchange_answer(work->exchange, 201, key_json(work->key));
}

void
ids_create(Exchange *exchange)
{
	KeyBody body;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = key_body_decode(exchange->body, exchange->body_len,
					 &body, &err);

	if (status != BSN_OK) {
		exchange_fail(exchange, status, &err, NULL);
	} else {
		KeyWork *work =
			key_work_new(exchange, create_key, answer_created);

		exchange->subject = g_strdup(body.name);
		work->name = g_strdup(body.name);
		work->algorithm = g_strdup(body.algorithm);
		key_work_start(work);
	}
	key_body_clear(&body);
}

static void
delete_key(KeyWork *work)
{
	work->status = keystore_delete(work->keystore, work->name, &work->err);
}

static void
answer_deleted(KeyWork *work)
{
	exchange_answer(work->exchange, 204, NULL);
}

void
ids_delete(Exchange *exchange)
{
	KeyWork *work = key_work_new(exchange, delete_key, answer_deleted);

	work->name = g_strdup(exchange_arg(exchange, "name"));
	exchange->subject = g_strdup(work->name);
	key_work_start(work);
}
