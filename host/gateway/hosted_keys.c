/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys that this host keeps for its users, and whose they are.
 */
#include <bsn/helpers/error.h>

#include "host/gateway/key_work.h"
#include "host/gateway/routes.h"
#include "host/ops/log.h"

static KeyOwners *
owners_of(const KeyWork *work)
{
	return work->exchange->gateway->owners;
}

static json_t *
key_json(const KeyOwners *owners, const HostedKey *key)
{
	json_t *object = json_object();

	json_object_set_new(object, "name", json_text(key->name));
	json_object_set_new(object, "algorithm", json_text(key->algorithm));
	json_object_set_new(object, "public_key",
			    json_hex(key->public_key, key->public_key_len));
	json_object_set_new(object, "created_ms", json_u64(key->created_ms));
	json_object_set_new(object, "owner",
			    key_owners_owner(owners, key->name));
	json_object_set_new(object, "granted",
			    key_owners_granted(owners, key->name));
	json_object_set_new(object, "certificate",
			    json_certificate(key->certificate));
	return object;
}

/* An answer that waits until what it tells of is on disk. */
typedef struct {
	Exchange *exchange;
	int http;
	json_t *body;
} Answer;

static void
give_answer(void *owner)
{
	Answer *answer = owner;

	exchange_answer(answer->exchange, answer->http, answer->body);
	exchange_unref(answer->exchange);
	g_free(answer);
}

static Answer *
answer_new(Exchange *exchange, int http)
{
	Answer *answer = g_new0(Answer, 1);

	answer->exchange = exchange_ref(exchange);
	answer->http = http;
	return answer;
}

/* The change was accepted, and what the key is like now will be told; or it was
 * not. */
static void
conclude(KeyWork *work, Answer *answer, int32_t status, const bsn_err *err)
{
	if (status == BSN_OK) {
		answer->body = key_json(owners_of(work), work->key);
		return;
	}
	exchange_fail(work->exchange, status, err, NULL);
	exchange_unref(answer->exchange);
	g_free(answer);
}

/* Somebody named in a request. */
static int32_t
read_user(const Exchange *exchange, json_t *object, const char *path,
	  KeyUser *out, bsn_err *err)
{
	UserBody body;
	int32_t status = user_read(object, path, &body, err);

	*out = key_user_of(exchange->caller);
	out->name = body.name;
	if (body.organisation != NULL)
		out->organisation = body.organisation;
	return status;
}

static int32_t
need_admin(const Exchange *exchange, bsn_err *err)
{
	return authorise(exchange->caller, ROLE_ADMIN, err);
}

/* ---- list ---- */

static void
list_keys(KeyWork *work)
{
	work->keys = keystore_list(work->keystore);
}

static void
answer_list(KeyWork *work)
{
	const KeyOwners *owners = owners_of(work);
	json_t *ids = json_array();
	json_t *body = json_object();

	for (guint i = 0; i < work->keys->len; i++) {
		const HostedKey *key = work->keys->pdata[i];

		if (key_owners_may_see(owners, work->exchange->caller,
				       key->name))
			json_array_append_new(ids, key_json(owners, key));
	}
	json_object_set_new(body, "ids", ids);
	exchange_answer(work->exchange, 200, body);
}

void
ids_list(Exchange *exchange)
{
	key_work_start(key_work_new(exchange, list_keys, answer_list));
}

/* ---- make ---- */

static void
create_key(KeyWork *work)
{
	work->status = keystore_create(work->keystore, work->name,
				       work->algorithm, &work->key, &work->err);
}

static void
delete_key(KeyWork *work)
{
	work->status = keystore_delete(work->keystore, work->name, &work->err);
}

static void
say_removed(KeyWork *work)
{
	log_warning("gateway", NULL,
		    "key %s was made and removed again: its owner could not be "
		    "noted",
		    work->name);
}

/* A key that nobody would own: the caller has been told that there is none. */
static void
take_back(const KeyWork *made)
{
	KeyWork *work = key_work_new(made->exchange, delete_key, say_removed);

	work->name = g_strdup(made->name);
	key_work_start(work);
}

static void
own_created(KeyWork *work)
{
	Answer *answer = answer_new(work->exchange, 201);
	bsn_err err = BSN_ERR_INIT;
	int32_t status = key_owners_take(owners_of(work), work->name,
					 give_answer, answer, &err);

	conclude(work, answer, status, &err);
	if (status != BSN_OK)
		take_back(work);
}

static void
release_name(KeyWork *work)
{
	key_owners_release(owners_of(work), work->name);
}

static int32_t
judge_owner(const Exchange *exchange, const KeyBody *body, bsn_err *err)
{
	KeyUser owner = key_user_of(exchange->caller);
	int32_t status = BSN_OK;

	if (body->owner != NULL)
		status = read_user(exchange, body->owner, "owner", &owner, err);
	if (status == BSN_OK && body->owner != NULL)
		status = need_admin(exchange, err);
	if (status != BSN_OK)
		return status;
	return key_owners_reserve(exchange->gateway->owners, body->name, owner,
				  err);
}

static void
create(Exchange *exchange, const KeyBody *body)
{
	KeyWork *work = key_work_new(exchange, create_key, own_created);

	exchange->subject = g_strdup(body->name);
	work->failed = release_name;
	work->name = g_strdup(body->name);
	work->algorithm = g_strdup(body->algorithm);
	key_work_start(work);
}

void
ids_create(Exchange *exchange)
{
	KeyBody body;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = key_body_decode(exchange->body, exchange->body_len,
					 &body, &err);

	if (status == BSN_OK)
		status = judge_owner(exchange, &body, &err);
	if (status == BSN_OK)
		create(exchange, &body);
	else
		exchange_fail(exchange, status, &err, NULL);
	key_body_clear(&body);
}

/* ---- give, grant, revoke, certify ---- */

static void
find_key(KeyWork *work)
{
	work->status = keystore_find(work->keystore, work->name, &work->key,
				     &work->err);
}

static int32_t
apply(KeyWork *work, Answer *answer, bsn_err *err)
{
	const KeyChangeBody *change = &work->change;
	KeyOwners *owners = owners_of(work);
	KeyUser user;
	int32_t status;

	if (change->owner != NULL) {
		status = read_user(work->exchange, change->owner, "owner",
				   &user, err);
		return status == BSN_OK
			       ? key_owners_give(owners, work->name, user,
						 give_answer, answer, err)
			       : status;
	}
	if (change->grant != NULL) {
		status = read_user(work->exchange, change->grant, "grant",
				   &user, err);
		return status == BSN_OK
			       ? key_owners_grant(owners, work->name, user,
						  give_answer, answer, err)
			       : status;
	}
	status = read_user(work->exchange, change->revoke, "revoke", &user,
			   err);
	return status == BSN_OK ? key_owners_revoke(owners, work->name, user,
						    give_answer, answer, err)
				: status;
}

static void
change_found(KeyWork *work)
{
	Answer *answer = answer_new(work->exchange, 200);
	bsn_err err = BSN_ERR_INIT;
	int32_t status = apply(work, answer, &err);

	conclude(work, answer, status, &err);
}

static void
certify_key(KeyWork *work)
{
	work->status = keystore_certify(work->keystore, work->name,
					work->change.der, &work->key,
					&work->err);
}

static void
answer_certified(KeyWork *work)
{
	exchange_answer(work->exchange, 200,
			key_json(owners_of(work), work->key));
}

static int32_t
judge_change(const Exchange *exchange, const char *key,
	     const KeyChangeBody *change, bsn_err *err)
{
	int32_t status = key_owners_may_change(exchange->gateway->owners,
					       exchange->caller, key, err);

	return status == BSN_OK && change->owner != NULL
		       ? need_admin(exchange, err)
		       : status;
}

void
ids_change(Exchange *exchange)
{
	const char *key = exchange_arg(exchange, "name");
	KeyWork *work = key_work_new(exchange, find_key, change_found);
	bsn_err err = BSN_ERR_INIT;
	int32_t status =
		key_change_body_decode(exchange->body, exchange->body_len,
				       &work->change, &err);

	exchange->subject = g_strdup(key);
	work->name = g_strdup(key);
	if (status == BSN_OK)
		status = judge_change(exchange, key, &work->change, &err);
	if (work->change.certificate != NULL) {
		work->work = certify_key;
		work->then = answer_certified;
	}
	if (status == BSN_OK) {
		key_work_start(work);
		return;
	}
	exchange_fail(exchange, status, &err, NULL);
	key_work_free(work);
}

/* ---- forget ---- */

static void
answer_deleted(KeyWork *work)
{
	exchange_answer(work->exchange, 204, NULL);
}

/* Nobody owns it any more, on disk: the key itself can go. */
static void
delete_forgotten(void *owner)
{
	key_work_start(owner);
}

void
ids_delete(Exchange *exchange)
{
	const char *key = exchange_arg(exchange, "name");
	KeyOwners *owners = exchange->gateway->owners;
	KeyWork *work = key_work_new(exchange, delete_key, answer_deleted);
	bsn_err err = BSN_ERR_INIT;
	int32_t status =
		key_owners_may_change(owners, exchange->caller, key, &err);

	work->name = g_strdup(key);
	exchange->subject = g_strdup(key);
	if (status == BSN_OK)
		status = key_owners_forget(owners, key, delete_forgotten, work,
					   &err);
	if (status == BSN_OK)
		return;
	exchange_fail(exchange, status, &err, NULL);
	key_work_free(work);
}
