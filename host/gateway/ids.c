/* SPDX-License-Identifier: Apache-2.0
 *
 * The caller's own identity. (Keys that this host keeps: hosted_keys.c.)
 */
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
