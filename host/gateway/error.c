/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/error.h"

#include "host/gateway/json.h"
#include "host/status.h"

static const struct {
	int32_t status;
	const char *remedy;
} remedies[] = {
	{ BSN_NOT_FOUND, "Check the name or number; list what there is." },
	{ BSN_BAD_REQUEST, "Correct what the reason names and send it again." },
	{ BSN_DENIED, "Ask an administrator for a certificate with the role "
		      "that is needed." },
	{ BSN_NOT_OFFERED, "Use a framework that offers it; GET /v1/plugins "
			   "shows what each does." },
	{ BSN_DUPLICATE, "Nothing needs to be done when it was you who sent "
			 "it before." },
	{ BSN_CONFLICT, "Read the present state and decide again." },
	{ BSN_EXPIRED, "Prepare and sign the transaction again." },
	{ BSN_BAD_SIGNATURE, "Sign exactly the bytes of `message`, with the "
			     "algorithm and convention that stand beside "
			     "it." },
	{ BSN_TOO_LARGE, "Send less at a time." },
	{ BSN_BUSY, "Wait a moment and send it again." },
	{ BSN_REVERTED, "The contract's own rules decide; see its reason." },
	{ BSN_OUT_OF_BUDGET, "Give the transaction a larger budget, or make "
			     "it do less." },
	{ BSN_FAULT, "Have the contract's author look at it." },
	{ BSN_FULL, "An administrator must make room on the disk or raise "
		    "[store] map_size_max." },
	{ BSN_UNAVAILABLE, "Wait and try again; the chain's status tells "
			   "more." },
	{ BSN_TIMEOUT, "Try again; look the transaction up first when it was "
		       "one." },
	{ BSN_UNAUTHENTICATED, "Present a client certificate of a trusted CA "
			       "or sign the request (see the gateway's "
			       "documentation)." },
	{ BSN_FROZEN, "Have it unfrozen first." },
};

const char *
status_remedy(int32_t status)
{
	for (gsize i = 0; i < G_N_ELEMENTS(remedies); i++)
		if (remedies[i].status == status)
			return remedies[i].remedy;
	return "Report it to the administrator of this node: the log has "
	       "more.";
}

json_t *
error_object(int32_t status, const bsn_err *err, const char *remedy)
{
	const char *reason = status_sentence(status);
	json_t *object = json_object();

	if (err != NULL && err->reason[0] != '\0')
		reason = err->reason;
	if (remedy == NULL)
		remedy = status_remedy(status);
	json_object_set_new(object, "code", json_integer(status));
	json_object_set_new(object, "name", json_text(status_name(status)));
	json_object_set_new(object, "reason", json_text(reason));
	json_object_set_new(object, "remedy", json_text(remedy));
	json_object_set_new(object, "native",
			    json_integer(err != NULL ? err->native : 0));
	return object;
}

json_t *
error_body(int32_t status, const bsn_err *err, const char *remedy)
{
	json_t *body = json_object();

	json_object_set_new(body, "error", error_object(status, err, remedy));
	return body;
}
