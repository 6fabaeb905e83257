/* SPDX-License-Identifier: Apache-2.0
 *
 * A host joins a chain by a ticket that an admin of the chain signed. What the
 * ticket says is taken for true when its certificate chains to a CA that the
 * host trusts, or to the one that whoever joins has got from the other
 * organisation by another way and gives along. The chain itself counts the node
 * only when its governance has added it. Whoever joins may say that hosts of the
 * CAs in the ticket are to be spoken to, on this chain.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "host/gateway/body.h"
#include "host/gateway/chain_json.h"
#include "host/gateway/introduce.h"
#include "host/gateway/routes.h"
#include "identity/ticket.h"
#include "identity/trust.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TrustStore, trust_store_free)

static int32_t
refuse_ticket(const GError *error, bsn_err *err)
{
	int32_t status = BSN_BAD_SIGNATURE;

	if (error->code == IDENTITY_MALFORMED)
		status = BSN_BAD_REQUEST;
	if (error->code == IDENTITY_EXPIRED)
		status = BSN_EXPIRED;
	return bsn_fail(err, status, "ticket: %s", error->message);
}

/* Who signed it is judged by `trust`. */
static int32_t
open_ticket(const char *text, const TrustStore *trust, GBytes **payload,
	    char **by, bsn_err *err)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Identity) signer = NULL;

	*payload = ticket_open(text, strlen(text), trust, ROLE_ADMIN,
			       g_get_real_time() / G_USEC_PER_SEC, &signer,
			       &error);
	if (*payload == NULL)
		return refuse_ticket(error, err);
	*by = g_strdup_printf("by ticket of %s of %s", signer->name,
			      signer->organisation);
	return BSN_OK;
}

static int32_t
judge(const Exchange *exchange, const JoinBody *body, GBytes **payload,
      char **by, bsn_err *err)
{
	g_autoptr(TrustStore) given = NULL;
	g_autoptr(GError) error = NULL;

	if (body->ca == NULL)
		return open_ticket(body->ticket, exchange->gateway->deps.trust,
				   payload, by, err);
	given = trust_store_parse(body->ca, strlen(body->ca), "ca", &error);
	if (given == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "%s", error->message);
	return open_ticket(body->ticket, given, payload, by, err);
}

static int32_t
read_payload(GBytes *payload, TicketBody *ticket, bsn_err *err)
{
	gsize len;
	const void *data = g_bytes_get_data(payload, &len);
	int32_t status = ticket_body_decode(data, len, ticket, err);

	if (status != BSN_OK)
		return status;
	if (ticket->expires_ms <= (guint64)g_get_real_time() / 1000)
		return bsn_fail(err, BSN_EXPIRED,
				"the ticket has expired: ask for a new one");
	return BSN_OK;
}

/* ---- whom the ticket names ---- */

/* PEM text of all of them. */
static char *
cas_of(const TicketBody *ticket)
{
	GString *text = g_string_new(NULL);

	for (gsize i = 0; i < json_array_size(ticket->cas); i++) {
		const char *pem = json_string_value(
			json_array_get(ticket->cas, i));

		if (pem != NULL)
			g_string_append_printf(text, "%s\n", pem);
	}
	return g_string_free(text, FALSE);
}

static char **
addresses_of(const TicketBody *ticket)
{
	g_autoptr(GStrvBuilder) addresses = g_strv_builder_new();

	for (gsize i = 0; i < json_array_size(ticket->nodes); i++) {
		const char *address = json_string_value(json_object_get(
			json_array_get(ticket->nodes, i), "address"));

		if (address != NULL && *address != '\0')
			g_strv_builder_add(addresses, address);
	}
	return g_strv_builder_end(addresses);
}

/* ---- joining ---- */

typedef struct {
	Exchange *exchange;
	char *cas; /* NULL: they are not to be trusted */
	char **addresses;
} Joining;

static void
joining_free(Joining *joining)
{
	exchange_unref(joining->exchange);
	g_free(joining->cas);
	g_strfreev(joining->addresses);
	g_free(joining);
}

static int32_t
trust_hosts(const Joining *joining, Chain *chain, bsn_err *err)
{
	bsn_err why = BSN_ERR_INIT;
	int32_t status;

	if (joining->cas == NULL)
		return BSN_OK;
	status = introduce(joining->exchange->gateway, chain_name(chain),
			   joining->cas,
			   (const char *const *)joining->addresses, &why);
	if (status == BSN_OK)
		return BSN_OK;
	return bsn_fail(err, status,
			"the chain is here, but the hosts of its ticket are "
			"not trusted: %s",
			why.reason);
}

static void
joined(void *owner, Chain *chain, int32_t status, const bsn_err *err)
{
	Joining *joining = owner;
	bsn_err why = BSN_ERR_INIT;

	if (status == BSN_OK) {
		status = trust_hosts(joining, chain, &why);
		err = &why;
	}
	if (status != BSN_OK)
		exchange_fail(joining->exchange, status, err, NULL);
	else
		exchange_answer(joining->exchange, 201,
				chain_json(chain, TRUE));
	joining_free(joining);
}

static void
create(Exchange *exchange, const TicketBody *ticket, gboolean trust,
       const char *by)
{
	Joining *joining = g_new0(Joining, 1);
	const ChainPlan plan = {
		.name = ticket->name,
		.framework = ticket->framework,
		.config = ticket->config_text,
		.genesis = ticket->genesis,
	};

	joining->exchange = exchange_ref(exchange);
	if (trust) {
		joining->cas = cas_of(ticket);
		joining->addresses = addresses_of(ticket);
	}
	exchange->subject = g_strdup_printf("%s %s", ticket->name, by);
	chain_table_create(exchange->gateway->deps.chains, &plan, joined,
			   joining);
}

void
chains_join(Exchange *exchange)
{
	JoinBody body;
	TicketBody ticket = { .document = NULL };
	g_autoptr(GBytes) payload = NULL;
	g_autofree char *by = NULL;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = join_body_decode(exchange->body, exchange->body_len,
					  &body, &err);

	if (status == BSN_OK && body.trust)
		status = introduce_check(exchange->gateway, &err);
	if (status == BSN_OK)
		status = judge(exchange, &body, &payload, &by, &err);
	if (status == BSN_OK)
		status = read_payload(payload, &ticket, &err);
	if (status == BSN_OK)
		create(exchange, &ticket, body.trust, by);
	else
		exchange_fail(exchange, status, &err, NULL);
	ticket_body_clear(&ticket);
	join_body_clear(&body);
}
