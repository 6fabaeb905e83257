/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests in uniform words become calls of _lifecycle.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/lifecycle/private.h"

void
request_add_text(GPtrArray *args, const char *text)
{
	g_ptr_array_add(args, g_bytes_new(text, strlen(text)));
}

void
request_add_message(GPtrArray *args, gconstpointer message)
{
	GByteArray *bytes = message_pack(message);

	g_ptr_array_add(args, g_byte_array_free_to_bytes(bytes));
}

/* Whether only the organisation's consent is given; as of a deploy. */
static int32_t
read_step(const bsn_tx_request *request, gboolean *approve, bsn_err *err)
{
	static const char *const words[] = { "commit", "approve", NULL };
	json_t *object = NULL;
	JsonFields fields = fields_parse(request->options, REQUEST_OPTIONS_MAX,
					 "options", &object, err);
	int32_t status;

	*approve = strcmp(fields_choice(&fields, "step", words, words[0]),
			  words[1]) == 0;
	status = fields_end(&fields);
	json_decref(object);
	return status;
}

static int32_t
request_condition(Channel *channel, const bsn_tx_request *request,
		  const char *name, const char *function, GPtrArray *args,
		  bsn_err *err)
{
	Lifecycle__QueryChaincodeDefinitionArgs message =
		LIFECYCLE__QUERY_CHAINCODE_DEFINITION_ARGS__INIT;
	g_autoptr(Definition) definition = NULL;
	g_autofree char *whole = NULL;
	gboolean approve = FALSE;
	int32_t status = chaincode_name_check(name, err);

	if (status == BSN_OK)
		status = read_step(request, &approve, err);
	if (status == BSN_OK)
		status = lifecycle_find(channel, name, &definition, err);
	if (status != BSN_OK)
		return status;
	message.name = (char *)name;
	whole = g_strconcat(approve ? "Approve" : "", function, NULL);
	request_add_text(args, whole);
	request_add_message(args, &message);
	return BSN_OK;
}

int32_t
lifecycle_request(Channel *channel, const bsn_tx_request *request,
		  MspIdentity *who, GPtrArray *args, bsn_err *err)
{
	g_autofree char *name = chaincode_name_read(request->contract, err);

	if (name == NULL)
		return BSN_BAD_REQUEST;
	switch (request->kind) {
	case BSN_TX_DEPLOY:
		return request_deploy(channel, request, name, who, args, err);
	case BSN_TX_FREEZE:
		return request_condition(channel, request, name,
					 "Freeze", args, err);
	case BSN_TX_UNFREEZE:
		return request_condition(channel, request, name,
					 "Unfreeze", args, err);
	case BSN_TX_UNINSTALL:
		return request_condition(channel, request, name,
					 "Uninstall", args, err);
	}
	return bsn_fail(err, BSN_BAD_REQUEST,
			"this kind of request concerns no chaincode");
}
