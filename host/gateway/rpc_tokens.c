/* SPDX-License-Identifier: Apache-2.0
 *
 * Access tokens for a chain's JSON-RPC: made, listed, revoked.
 */
#include <bsn/helpers/error.h>

#include "host/gateway/body.h"
#include "host/gateway/json.h"
#include "host/gateway/routes.h"

static TokenChain
token_chain(const Chain *chain)
{
	return (TokenChain){ chain_name(chain), chain_created_ms(chain) };
}

static json_t *
token_json(const TokenInfo *info)
{
	json_t *object = json_object();

	json_object_set_new(object, "name", json_text(info->name));
	json_object_set_new(object, "role", json_text(role_name(info->role)));
	json_object_set_new(object, "created_ms", json_u64(info->created_ms));
	json_object_set_new(object, "created_by", json_text(info->created_by));
	json_object_set_new(object, "expires_ms",
			    info->expires_ms != 0 ? json_u64(info->expires_ms)
						  : json_null());
	return object;
}

/* ---- list ---- */

static void
append(void *list, const TokenInfo *info)
{
	json_array_append_new(list, token_json(info));
}

void
tokens_list(Exchange *exchange)
{
	Chain *chain = exchange_chain(exchange);
	json_t *list, *body;

	if (chain == NULL)
		return;
	list = json_array();
	body = json_object();
	tokens_each(exchange->gateway->tokens, token_chain(chain), append,
		    list);
	json_object_set_new(body, "tokens", list);
	exchange_answer(exchange, 200, body);
}

/* ---- make ---- */

/* On its way to the disk; the secret is told when it is there. */
typedef struct {
	Exchange *exchange;
	json_t *answer;
} Made;

static void
made(void *owner)
{
	Made *one = owner;

	exchange_answer(one->exchange, 201, one->answer);
	exchange_unref(one->exchange);
	g_free(one);
}

static json_t *
made_json(const Chain *chain, const TokenBody *body, const char *secret)
{
	json_t *answer = json_object();
	g_autofree char *path =
		g_strdup_printf("/rpc/%s/%s", chain_name(chain), secret);

	json_object_set_new(answer, "name", json_text(body->name));
	json_object_set_new(answer, "role", json_text(body->role));
	json_object_set_new(answer, "expires_ms",
			    body->expires_ms != 0 ? json_u64(body->expires_ms)
						  : json_null());
	json_object_set_new(answer, "token", json_text(secret));
	json_object_set_new(answer, "path", json_text(path));
	return answer;
}

static void
make(Exchange *exchange, const Chain *chain, const TokenBody *body)
{
	const Identity *me = exchange->caller->identity;
	TokenInfo wanted = { .name = body->name,
			     .role = role_from_name(body->role),
			     .expires_ms = body->expires_ms,
			     .created_by = me->name,
			     .organisation = me->organisation };
	g_autofree char *secret = NULL;
	bsn_err err = BSN_ERR_INIT;
	Made *one = g_new0(Made, 1);
	int32_t status;

	one->exchange = exchange_ref(exchange);
	exchange->subject = g_strdup(body->name);
	status = tokens_create(exchange->gateway->tokens, token_chain(chain),
			       &wanted, &secret, made, one, &err);
	if (status == BSN_OK) {
		one->answer = made_json(chain, body, secret);
		return;
	}
	exchange_fail(exchange, status, &err, NULL);
	exchange_unref(exchange);
	g_free(one);
}

void
tokens_make(Exchange *exchange)
{
	Chain *chain = exchange_chain(exchange);
	bsn_err err = BSN_ERR_INIT;
	TokenBody body;
	int32_t status;

	if (chain == NULL)
		return;
	status = token_body_decode(exchange->body, exchange->body_len, &body,
				   &err);
	if (status == BSN_OK)
		make(exchange, chain, &body);
	else
		exchange_fail(exchange, status, &err, NULL);
	token_body_clear(&body);
}

/* ---- revoke ---- */

static void
ended(void *owner)
{
	exchange_answer(owner, 204, NULL);
	exchange_unref(owner);
}

void
tokens_end(Exchange *exchange)
{
	Chain *chain = exchange_chain(exchange);
	const char *name = exchange_arg(exchange, "name");
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (chain == NULL)
		return;
	exchange->subject = g_strdup(name);
	status = tokens_revoke(exchange->gateway->tokens, token_chain(chain),
			       name, ended, exchange_ref(exchange), &err);
	if (status == BSN_OK)
		return;
	exchange_fail(exchange, status, &err, NULL);
	exchange_unref(exchange);
}
