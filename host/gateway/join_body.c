/* SPDX-License-Identifier: Apache-2.0
 *
 * A ticket to join a chain, and what it says.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "host/gateway/body.h"

static const JsonField join_fields[] = {
	JSON_FIELD(JoinBody, ticket, FIELD_TEXT, TRUE, BODY_BLOB_MAX),
	JSON_FIELD(JoinBody, ca, FIELD_TEXT, FALSE, BODY_PEM_MAX),
	JSON_FIELD(JoinBody, trust, FIELD_BOOL, FALSE, 0),
	JSON_FIELD_END,
};

int32_t
join_body_decode(const void *data, gsize len, JoinBody *out, bsn_err *err)
{
	return body_decode(data, len, join_fields, sizeof(*out), out, err);
}

void
join_body_clear(JoinBody *body)
{
	body_clear(join_fields, body);
}

static const JsonField trust_fields[] = {
	JSON_FIELD(TrustBody, ca, FIELD_TEXT, TRUE, BODY_PEM_MAX),
	JSON_FIELD_END,
};

int32_t
trust_body_decode(const void *data, gsize len, TrustBody *out, bsn_err *err)
{
	return body_decode(data, len, trust_fields, sizeof(*out), out, err);
}

void
trust_body_clear(TrustBody *body)
{
	body_clear(trust_fields, body);
}

static const JsonField ticket_fields[] = {
	JSON_FIELD(TicketBody, type, FIELD_TEXT, TRUE, BODY_KIND_MAX),
	JSON_FIELD(TicketBody, name, FIELD_TEXT, TRUE, 63),
	JSON_FIELD(TicketBody, framework, FIELD_TEXT, TRUE, 63),
	JSON_FIELD(TicketBody, expires_ms, FIELD_U64, TRUE, 0),
	JSON_FIELD(TicketBody, config, FIELD_OBJECT, FALSE, BODY_VALUES_MAX),
	JSON_FIELD(TicketBody, nodes, FIELD_ARRAY, FALSE, BODY_MEMBERS_MAX),
	JSON_FIELD(TicketBody, cas, FIELD_ARRAY, FALSE, BODY_CAS_MAX),
	JSON_FIELD(TicketBody, genesis, FIELD_HEX, TRUE, BODY_BLOB_MAX),
	JSON_FIELD_END,
};

int32_t
ticket_body_decode(const void *data, gsize len, TicketBody *out, bsn_err *err)
{
	int32_t status =
		body_decode(data, len, ticket_fields, sizeof(*out), out, err);

	if (status != BSN_OK)
		return status;
	if (strcmp(out->type, TICKET_TYPE) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"type: \"%s\" is not " TICKET_TYPE ", a newer "
				"host wrote it or it is for something else",
				out->type);
	out->config_text = json_write_or(out->config, "{}");
	return BSN_OK;
}

void
ticket_body_clear(TicketBody *body)
{
	body_clear(ticket_fields, body);
	g_clear_pointer(&body->config_text, g_free);
}
